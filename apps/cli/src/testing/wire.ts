import { ArgonHandler } from '@argon/branch';
import { decodeDocument, encodeDocument, Long, type Doc, type Value } from '@argon/bson';
import { Command, commandFromSections, partialMatcher, WalEngine } from '@argon/engine';
import { Materializer } from '@argon/materializer';
import { openStore } from '@argon/wal';

/** A store as a client of the wire protocol meets it: messages in bytes, there and back. */
export interface Wire {
  /** The reply's bytes. @throws Error with the reply's message */
  ask(database: string, command: Record<string, unknown>): Promise<Uint8Array>;
  /** All documents of a cursor, three at a time. */
  all(database: string, command: Record<string, unknown>): Promise<readonly Doc[]>;
  close(): Promise<void>;
}

export async function openWire(address: string): Promise<Wire> {
  const store = await openStore(address);
  const materializer = new Materializer(store, { partialMatcher });
  const handler = new ArgonHandler(new WalEngine(store, materializer));
  const ask: Wire['ask'] = async (database, command) => {
    const body = Command.from(command, database).toBytes();
    const message = commandFromSections(Buffer.concat([Uint8Array.of(0), body]));
    const context = { connectionId: 1, actor: { user: 'wire', app: 'test' } };
    const reply = await handler.handle(message, context);
    if (Number(reply.get('ok')) !== 1) throw new Error(String(reply.get('errmsg')));
    return encodeDocument(reply as Doc);
  };
  const cursorOf = async (database: string, command: Record<string, unknown>): Promise<Doc> =>
    decodeDocument(await ask(database, command)).get('cursor') as Doc;
  return {
    ask,
    all: async (database, command) => {
      let cursor = await cursorOf(database, command);
      const documents = [...(cursor.get('firstBatch') as Value[])];
      const collection = (cursor.get('ns') as string).slice(database.length + 1);
      for (let id = cursor.get('id') as Long; !id.isZero(); id = cursor.get('id') as Long) {
        cursor = await cursorOf(database, { getMore: id, collection, batchSize: 3 });
        documents.push(...(cursor.get('nextBatch') as Value[]));
      }
      return documents as Doc[];
    },
    close: async () => {
      await handler.close();
      await materializer.close();
      await store.close();
    },
  };
}

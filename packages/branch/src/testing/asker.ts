import { fromDoc, type Doc } from '@argon/bson';
import { Command } from '@argon/engine';
import { ArgonHandler } from '../commands/argon-handler';
import { openStack, type Stack } from './stack';

/** Who asks. */
export const ANN = { user: 'ann', app: 'test' };

/** A stack whose commands, Argon's own among them, are asked and answered in plain objects. */
export interface Asker {
  readonly stack: Stack;
  readonly handler: ArgonHandler;
  /** The reply, errors too; LSNs are small in tests, so they are numbers. */
  ask(database: string, command: Record<string, unknown>): Promise<any>;
  /** All that a cursor gives, in batches of two. @throws Error with the reply that is none */
  all(database: string, command: Record<string, unknown>): Promise<any[]>;
  /** `[_id, n]` of what collection `items` holds. */
  items(database?: string): Promise<[unknown, unknown][]>;
  close(): Promise<void>;
}

/** Project `shop` with two documents. */
export async function openAsker(): Promise<Asker> {
  const stack = await openStack();
  const handler = new ArgonHandler(stack.engine);
  const ask: Asker['ask'] = async (database, command) => {
    const reply = await handler.handle(Command.from(command, database), { connectionId: 1, actor: ANN });
    return fromDoc(reply as Doc);
  };
  const all: Asker['all'] = async (database, command) => {
    const first = await ask(database, { ...command, cursor: { batchSize: 2 } });
    if (first.cursor === undefined) throw new Error(JSON.stringify(first));
    const documents = [...first.cursor.firstBatch];
    const collection = first.cursor.ns.slice(database.length + 1);
    let { id } = first.cursor;
    while (!id.isZero()) {
      const more = await ask(database, { getMore: id, collection, batchSize: 2 });
      if (more.cursor === undefined) throw new Error(JSON.stringify(more));
      documents.push(...more.cursor.nextBatch);
      ({ id } = more.cursor);
    }
    return documents;
  };
  const documents = [
    { _id: 1, n: 1 },
    { _id: 2, n: 2 },
  ];
  await ask('shop', { insert: 'items', documents });
  return {
    ...{ stack, handler, ask, all },
    items: async (database = 'shop') => {
      const pipeline = [{ $sort: { _id: 1 } }];
      return (await all(database, { aggregate: 'items', pipeline })).map(({ _id, n }) => [_id, n]);
    },
    close: async () => {
      await handler.close();
      await stack.close();
    },
  };
}

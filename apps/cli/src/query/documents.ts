import type { AnyBranch } from '@argon/branch/dual';
import { Long, RawDocument, toBigInt, type Doc, type Value } from '@argon/bson';
import { Command, type Moment, type Reply } from '@argon/engine';
import { CancelledError } from '../errors/errors';
import type { Session } from '../store/session';
import { databaseOf, type Target } from '../store/target';

export interface Query {
  readonly filter?: Doc | undefined;
  readonly projection?: Doc | undefined;
  readonly sort?: Doc | undefined;
  readonly limit?: number | undefined;
  readonly skip?: number | undefined;
  readonly moment?: Moment | undefined;
}

/** Documents per reply; a reply is bounded in bytes as well. */
const BATCH = 1000;

/**
 * The documents that a query finds, in bytes and in batches, as the branch is when it begins. Memory is bounded by a
 * batch, whatever the collection's size.
 * @throws CommandFailedError; CancelledError after Ctrl-C
 */
export async function* findDocuments(
  session: Session,
  on: Target<AnyBranch>,
  collection: string,
  query: Query,
): AsyncGenerator<readonly Uint8Array[]> {
  const database = databaseOf(on, query.moment);
  const find = new Map<string, Value>([['find', collection]]);
  for (const field of ['filter', 'sort', 'projection', 'skip', 'limit'] as const) {
    const value = query[field];
    if (value !== undefined) find.set(field, value);
  }
  find.set('batchSize', BATCH);
  let reply = await session.run(Command.from(find, database));
  for (;;) {
    const { id, batch } = cursorOf(reply);
    if (batch.length > 0) {
      let finished = false;
      try {
        yield batch;
        finished = true;
      } finally {
        if (!finished && id !== 0n) await killCursor(session, database, collection, id);
      }
    }
    if (id === 0n) return;
    if (session.signal.aborted) {
      await killCursor(session, database, collection, id);
      throw new CancelledError('Stopped.');
    }
    const getMore = new Map<string, Value>([
      ['getMore', Long.fromBigInt(id)],
      ['collection', collection],
      ['batchSize', BATCH],
    ]);
    reply = await session.run(Command.from(getMore, database));
  }
}

function cursorOf(reply: Reply): { id: bigint; batch: readonly Uint8Array[] } {
  const cursor = reply.get('cursor') as ReadonlyMap<string, Value>;
  const documents = (cursor.get('firstBatch') ?? cursor.get('nextBatch')) as readonly RawDocument[];
  return { id: toBigInt(cursor.get('id') as Long), batch: documents.map(({ bytes }) => bytes) };
}

async function killCursor(session: Session, database: string, collection: string, id: bigint): Promise<void> {
  const kill = new Map<string, Value>([
    ['killCursors', collection],
    ['cursors', [Long.fromBigInt(id)]],
  ]);
  await session.reply(Command.from(kill, database));
}

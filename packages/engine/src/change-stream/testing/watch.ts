import {
  decodeDocument,
  type Long,
  type RawDocument,
  type Doc,
  type DocumentLike,
  type Value,
} from '@argon/bson';
import { NOBODY } from '@argon/wal';
import { Command } from '../../handler/command';
import type { CommandContext, Reply } from '../../handler/contract';
import type { WalEngine } from '../../handler/engine';

const CONTEXT: CommandContext = { connectionId: 1, actor: NOBODY };

/** Runs a command; its error is thrown, with the reply's fields. */
export async function run(
  engine: WalEngine,
  database: string,
  command: DocumentLike,
  context: CommandContext = CONTEXT,
): Promise<Reply> {
  const reply = await engine.handle(Command.from(command, database), context);
  if (reply.has('code'))
    throw Object.assign(new Error(String(reply.get('errmsg'))), Object.fromEntries(reply));
  return reply;
}

export interface Batch {
  readonly id: Long;
  readonly events: readonly Doc[];
  readonly token: Doc;
}

/** Opens a change stream. @param target a collection, or 1 for the database */
export async function open(
  engine: WalEngine,
  database: string,
  target: string | number,
  options: DocumentLike = {},
  { batchSize, stages = [] }: { readonly batchSize?: number; readonly stages?: readonly DocumentLike[] } = {},
): Promise<Batch> {
  const pipeline = [{ $changeStream: options }, ...stages];
  const cursor = batchSize === undefined ? {} : { batchSize };
  return batchOf(await run(engine, database, { aggregate: target, pipeline, cursor }));
}

export async function more(
  engine: WalEngine,
  database: string,
  target: string | number,
  id: Long,
  options: { readonly batchSize?: number; readonly maxTimeMS?: number } = {},
): Promise<Batch> {
  const collection = target === 1 ? '$cmd.aggregate' : target;
  return batchOf(await run(engine, database, { getMore: id, collection, ...options }));
}

export async function close(engine: WalEngine, database: string, { id }: Batch): Promise<void> {
  if (!id.isZero()) await run(engine, database, { killCursors: 'x', cursors: [id] });
}

function batchOf(reply: Reply): Batch {
  const cursor = reply.get('cursor') as Doc;
  const documents = (cursor.get('firstBatch') ?? cursor.get('nextBatch')) as Value[];
  return {
    id: cursor.get('id') as Long,
    events: documents.map((each) => decodeDocument((each as RawDocument).bytes)),
    token: cursor.get('postBatchResumeToken') as Doc,
  };
}

/** Everything that a stream tells up to now. */
export async function eventsUpToNow(
  engine: WalEngine,
  database: string,
  target: string | number,
  options: DocumentLike,
  stages: readonly DocumentLike[] = [],
): Promise<Doc[]> {
  const opened = await open(engine, database, target, options, { stages });
  const events = [...opened.events];
  for (let batch = opened; batch.events.length > 0;) {
    batch = await more(engine, database, target, opened.id, { maxTimeMS: 1 });
    events.push(...batch.events);
  }
  await close(engine, database, opened);
  return events;
}

import { Binary, decodeDocument, type Doc, type RawDocument, type Value } from '@argon/bson';
import { Command } from '@argon/engine';
import type { Session } from '../store/session';
import type { ShownCollection } from './collections';
import { numberIn } from './reply';

/** The collections of a branch that is no state in the log, as MongoDB's commands tell of them. @throws CommandFailedError */
export async function traditionalCollections(
  session: Session,
  database: string,
): Promise<readonly ShownCollection[]> {
  const listed = await listOf(session, database, { listCollections: 1 });
  return Promise.all(listed.map((description) => described(session, database, description)));
}

async function described(session: Session, database: string, description: Doc): Promise<ShownCollection> {
  const name = description.get('name') as string;
  const type = description.get('type') as string;
  const options = (description.get('options') ?? new Map()) as Doc;
  const uuid = (description.get('info') as Doc | undefined)?.get('uuid');
  const isView = type === 'view';
  const counted = await session.run(Command.from({ count: name }, database));
  return {
    name,
    type,
    documents: numberIn(counted, 'n'),
    options,
    indexes: isView ? [] : await listOf(session, database, { listIndexes: name }),
    uuid: uuid instanceof Binary ? uuid.buffer : new Uint8Array(16),
  };
}

/** A list in one batch: far fewer than would fill one. */
async function listOf(
  session: Session,
  database: string,
  command: Readonly<Record<string, Value>>,
): Promise<readonly Doc[]> {
  const cursor = new Map([['batchSize', 100_000]]);
  const reply = await session.run(Command.from({ ...command, cursor }, database));
  const batch = (reply.get('cursor') as Doc).get('firstBatch') as unknown as readonly (RawDocument | Doc)[];
  return batch.map((each) => (each instanceof Map ? each : decodeDocument(each.bytes)));
}

import { mongodOrSkip } from '@argon/tools-mongod';
import { Long, toDoc, type Doc, type DocumentLike } from '@argon/bson';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { text } from '../../match/testing/match-cases';
import { Wire } from '../../match/testing/wire';
import type { Ask } from '../../plan/testing/index-cases';
import { inProcess } from '../../plan/testing/in-process';

const mongod = await mongodOrSkip();
const database = `argon_catalog_events_${process.pid}`;
const clusteredIndex = { key: { _id: 1 }, unique: true };

const COMMANDS: readonly DocumentLike[] = [
  { insert: 'a', documents: [{ _id: 1 }, { _id: 2, pad: 'x'.repeat(4000) }, { _id: 3 }] },
  { createIndexes: 'a', indexes: [{ key: { x: 1 }, name: 'x' }] },
  { cloneCollectionAsCapped: 'a', toCollection: 'b', size: 4096 },
  { insert: 'b', documents: [{ _id: 7 }] },
  { convertToCapped: 'a', size: 2048 },
  { insert: 'a', documents: [{ _id: 7 }] },
  { create: 'empty' },
  { convertToCapped: 'empty', size: 4096 },
  { create: 'max', capped: true, size: 4096, max: 5, validator: { a: 1 }, collation: { locale: 'fr' } },
  { cloneCollectionAsCapped: 'max', toCollection: 'small', size: 512 },
  { convertToCapped: 'max', size: 256 },
  { create: 'clustered', clusteredIndex, expireAfterSeconds: 10 },
  { collMod: 'clustered', expireAfterSeconds: 20, validationLevel: 'moderate' },
  { collMod: 'clustered', expireAfterSeconds: 'off' },
  { insert: 'end', documents: [{ _id: 'end' }] },
];

describe.skipIf(!mongod)('changes of the catalogue are told as mongod tells them', () => {
  let wire: Wire;

  beforeAll(async () => {
    wire = await Wire.connect(mongod!.uri);
  });

  afterAll(async () => {
    await wire.command({ dropDatabase: 1, $db: database });
    wire.close();
  });

  it.each([
    ['all events of the database', 1, true],
    ['the usual events of the database', 1, false],
    ['all events of a collection', 'a', true],
    ['the usual events of a collection', 'a', false],
  ])('%s', async (_name, target, showExpandedEvents) => {
    const argon = await inProcess(database);
    const mongodAsk: Ask = (command) => wire.command(new Map([...command, ['$db', database]]));
    await wire.command({ dropDatabase: 1, $db: database });
    const theirs = await told(mongodAsk, target, { showExpandedEvents });
    const ours = await told(argon.ask, target, { showExpandedEvents });
    expect(ours.map(essence)).toEqual(theirs.map(essence));
    await argon.close();
  });
});

it('a stream goes on between the events of one command', async () => {
  const { ask, close } = await inProcess(database);
  const events = await told(ask, 1, { showExpandedEvents: true });
  const first = events.findIndex((event) => text(event).includes('.convertToCapped.'));
  const types = events.slice(first, first + 4).map((event) => event.get('operationType'));
  expect(types).toEqual(['create', 'delete', 'delete', 'rename']);
  for (let at = first; at < first + 4; at++) {
    const resumeAfter = events[at]!.get('_id')!;
    const rest = await read(ask, await open(ask, 1, { resumeAfter, showExpandedEvents: true }), 1);
    expect(rest).toEqual(events.slice(at + 1));
  }
  await close();
});

async function told(ask: Ask, target: string | number, options: DocumentLike): Promise<Doc[]> {
  if (target !== 1) expect(await ask(toDoc({ create: target }))).toEqual(expect.anything());
  const cursor = await open(ask, target, options);
  for (const command of COMMANDS) {
    const reply = await ask(toDoc(command));
    expect(Number(reply.get('ok')), text(reply)).toBe(1);
  }
  return read(ask, cursor, target);
}

async function open(ask: Ask, target: string | number, options: DocumentLike): Promise<Doc> {
  const pipeline = [{ $changeStream: options }];
  return (await ask(toDoc({ aggregate: target, pipeline, cursor: { batchSize: 0 } }))).get('cursor') as Doc;
}

/** Up to the last command's event, or the end of the stream. */
async function read(ask: Ask, cursor: Doc, target: string | number): Promise<Doc[]> {
  const events: Doc[] = [];
  const id = cursor.get('id') as Long;
  const collection = target === 1 ? '$cmd.aggregate' : target;
  for (;;) {
    const reply = await ask(toDoc({ getMore: id, collection, maxTimeMS: 1000 }));
    const next = reply.get('cursor') as Doc;
    events.push(...(next.get('nextBatch') as Doc[]));
    const isOver = Number(next.get('id')) === 0;
    if (isOver || text(events.at(-1) ?? null).includes('"documentKey":{"_id":"end"}')) {
      if (!isOver) await ask(toDoc({ killCursors: collection, cursors: [id] }));
      return events;
    }
  }
}

/** An event but for what is made by chance or by the clock. */
function essence(event: Doc): string {
  const rest = [...event].filter(([field]) => !['_id', 'clusterTime', 'wallTime'].includes(field));
  return text(new Map(rest))
    .replaceAll(/\btmp\w{5}\./g, 'tmp.')
    .replaceAll(/"base64":"[^"]*"/g, 'uuid');
}

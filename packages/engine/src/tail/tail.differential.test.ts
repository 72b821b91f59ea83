import type { Doc, DocumentLike, Long } from '@argon/bson';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newSession, number, twoServers, type Ask, type TwoServers } from '../session/testing/two-servers';

let servers: TwoServers;
beforeAll(async () => {
  servers = await twoServers();
});
afterAll(() => servers?.close());

/** Without the numbers that records have, and what mongod alone says of its plans. */
function blanked(line: string): string {
  return line
    .replace(/cursor id \d+/, 'cursor id N')
    .replace('Executor error during getMore :: caused by :: ', '')
    .replace(/CollectionScan died due to .* RecordId\(\w+\)/, 'the position is lost')
    .replace(/ns=[^]*(tailable cursor requested)/, '$1');
}

async function same(script: (ask: Ask) => Promise<void>): Promise<string[]> {
  const { argon, mongod } = await servers.run(script);
  const [given, wanted] = [argon.map(blanked), mongod.map(blanked)];
  expect(given).toEqual(wanted);
  return given;
}

const insert = (...ids: unknown[]) => ({ insert: 'ring', documents: ids.map((_id) => ({ _id, a: _id })) });

async function fill(ask: Ask): Promise<void> {
  await ask({ create: 'ring', capped: true, size: 4096, max: 3 });
  await ask({ create: 'empty', capped: true, size: 4096 });
  await ask({ create: 'view', viewOn: 'ring', pipeline: [] });
  await ask({ insert: 'plain', documents: [{ _id: 1 }] });
  await ask(insert(1, 2));
}

/** Opens a cursor, and gives what reads on. */
async function opened(ask: Ask, command: DocumentLike, collection = 'ring') {
  const reply = (await ask(command)) as Doc;
  const getMore = (reply.get('cursor') as Doc).get('id') as Long;
  return (options: object = {}) => ask({ getMore, collection, ...options });
}

it('tailable cursors are opened and refused alike', () =>
  same(async (ask) => {
    await fill(ask);
    const tailable = { find: 'ring', tailable: true };
    for (const command of [
      tailable,
      { ...tailable, awaitData: true },
      { find: 'ring', awaitData: true },
      { ...tailable, tailable: false, awaitData: false },
      { ...tailable, find: 'empty' },
      { ...tailable, find: 'empty', awaitData: true },
      { ...tailable, find: 'empty', batchSize: 0 },
      { ...tailable, find: 'absent' },
      { ...tailable, find: 'absent', sort: { a: 1 } },
      { find: 'absent', awaitData: true },
      { ...tailable, find: 'plain' },
      { ...tailable, find: 'view' },
      { ...tailable, sort: {} },
      { ...tailable, sort: { $natural: 1 } },
      { ...tailable, sort: { $natural: -1 } },
      { ...tailable, sort: { a: 1 } },
      { ...tailable, hint: { $natural: -1 } },
      { ...tailable, hint: { _id: 1 } },
      { ...tailable, singleBatch: true },
      { ...tailable, limit: 1 },
      { ...tailable, limit: 5, skip: 1 },
      { ...tailable, filter: { _id: 2 } },
      { ...tailable, filter: { _id: 77 } },
      { ...tailable, batchSize: 0 },
      { ...tailable, batchSize: 1, projection: { _id: 0, b: '$a' } },
      { ...tailable, tailable: 1 },
      { ...tailable, tailable: null },
      { ...tailable, awaitData: 'x' },
      { ...tailable, readConcern: { level: 'snapshot' } },
      { ...tailable, readConcern: { level: 'majority' } },
      { ...tailable, collation: { locale: 'fr' } },
    ])
      await ask(command);
    const inTransaction = { lsid: newSession(), txnNumber: number(1), autocommit: false };
    await ask({ ...tailable, ...inTransaction, startTransaction: true });
  }));

it('they go on with what is inserted later, as far as they may', () =>
  same(async (ask) => {
    await fill(ask);
    const tailable = { find: 'ring', tailable: true };
    const all = await opened(ask, tailable);
    const three = await opened(ask, { ...tailable, limit: 3 });
    const large = await opened(ask, { ...tailable, skip: 1, filter: { a: { $gt: 1 } } });
    const later = await opened(ask, { ...tailable, batchSize: 0 });
    for (const more of [all, three, large, later]) await more();
    await all({ maxTimeMS: 5 });
    await ask(insert(3));
    for (const more of [all, three, large, later]) await more();
    await ask(insert(4));
    for (const more of [all, three, large, later]) await more({ batchSize: 1 });
    await ask(insert(5, 6));
    for (const more of [all, three, large, later]) await more();
    const waiting = await opened(ask, { ...tailable, awaitData: true, filter: { a: { $gt: 6 } } });
    await waiting({ maxTimeMS: 5 });
    await ask(insert(7));
    await waiting({ maxTimeMS: 20_000 });
    await waiting({ batchSize: 1, maxTimeMS: 1 });
  }));

it('a place that was evicted or deleted is lost', () =>
  same(async (ask) => {
    await fill(ask);
    const tailable = { find: 'ring', tailable: true };
    const midway = await opened(ask, { ...tailable, batchSize: 1 });
    const atEnd = await opened(ask, tailable);
    await atEnd();
    await ask(insert(3, 4, 5, 6));
    for (const more of [midway, atEnd]) {
      await more();
      await more();
    }
    const behind = await opened(ask, tailable);
    const ahead = await opened(ask, { ...tailable, batchSize: 1 });
    await behind();
    await ask({ delete: 'ring', deletes: [{ q: { _id: 6 }, limit: 1 }] });
    await ask(insert(7));
    await behind();
    await ahead();
  }));

it('a collection that is dropped ends them, though there is another one of its name', () =>
  same(async (ask) => {
    await fill(ask);
    const ends = async (work: () => Promise<unknown>) => {
      const more = await opened(ask, { find: 'ring', tailable: true });
      await work();
      await more();
      await more();
    };
    await ends(async () => {
      await ask({ drop: 'ring' });
      await ask({ create: 'ring', capped: true, size: 4096 });
      await ask(insert(1));
    });
    await ends(() => ask({ drop: 'ring' }));
  }));

it('a collection that is clustered, too, is read on in the order of its ids', () =>
  same(async (ask) => {
    await ask({ create: 'ring', clusteredIndex: { key: { _id: 1 }, unique: true } });
    await ask(insert(10, 30, 20));
    await ask({ convertToCapped: 'ring', size: 256 });
    const tailable = { find: 'ring', tailable: true };
    for (const level of ['local', 'snapshot', 'linearizable', 'majority']) {
      await ask({ ...tailable, readConcern: { level } });
    }
    await ask(tailable);
    const majority = { ...tailable, readConcern: { level: 'majority' } };
    const all = await opened(ask, majority);
    const midway = await opened(ask, { ...majority, batchSize: 1 });
    const back = await opened(ask, { ...majority, hint: { $natural: -1 }, batchSize: 1 });
    const some = await opened(ask, { ...majority, filter: { a: { $gt: 25 } } });
    for (const more of [all, midway, back, some]) await more({ batchSize: 1 });
    await ask(insert(15, 40, 5, 25, 35));
    for (const more of [all, midway, back, some]) await more();
    await ask({ delete: 'ring', deletes: [{ q: { _id: 40 }, limit: 1 }] });
    await ask(insert(50));
    await all();
  }));

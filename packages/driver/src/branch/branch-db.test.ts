import { openStore, type Store } from '@argon/wal';
import { Materializer } from '@argon/materializer';
import { WalEngine } from '@argon/engine';
import { MongoServerError } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ArgonClient } from '../client/argon-client';
import type { ArgonDb } from '../client/argon-db';

interface Item {
  _id: number;
  n?: number;
  tags?: string[];
}

let client: ArgonClient;
let shop: ArgonDb;

beforeEach(async () => {
  client = new ArgonClient('memory:', { user: 'ann', appName: 'shop' });
  shop = client.db('shop');
  await items().insertMany([
    { _id: 1, n: 1 },
    { _id: 2, n: 2 },
  ]);
});
afterEach(() => client.close());

const items = (db: ArgonDb = shop) => db.collection<Item>('items');
const shown = async (db: ArgonDb = shop) =>
  (await items(db).find().sort({ _id: 1 }).toArray()).map(({ _id, n }) => [_id, n]);
const head = async (name = 'main') => (await shop.branches()).find((branch) => branch.name === name)!.headLsn;
const pause = () => new Promise((resolve) => setTimeout(resolve, 3));

describe('branches', () => {
  it('are made from a branch or a moment of it, listed, and deleted', async () => {
    const then = await head();
    const feature = await shop.createBranch('feature');
    await items(feature).insertOne({ _id: 3 });
    expect(await shown(feature)).toHaveLength(3);
    const early = await shop.atLSN(then).createBranch('early', { protected: true });
    await items().deleteMany({});
    expect(await shown(early)).toHaveLength(2);
    const at = await shop.createBranch('at', { at: then, expiresAt: new Date('2099-01-01') });
    expect(await shown(at)).toHaveLength(2);
    expect((await shop.branches()).map(({ name, parent }) => [name, parent])).toEqual([
      ['main', null],
      ...[...['feature', 'early', 'at'].map((name) => [name, 'main'])],
    ]);
    expect(await shop.deleteBranch('at')).toMatchObject({ name: 'at', expiresAt: new Date('2099-01-01') });
    await expect(shop.deleteBranch('early')).rejects.toMatchObject({ code: 20 });
    await expect(items(at).findOne()).rejects.toMatchObject({ code: 26 });
  });
});

describe('restore and undo', () => {
  it('takes the branch back to a time or an LSN, and that back', async () => {
    const then = await head();
    await pause();
    const time = new Date();
    await pause();
    await items().updateMany({}, { $set: { n: 9 } });
    const now = await head();
    const preview = await shop.previewRestore({ to: time });
    expect(preview).toMatchObject({
      ...{ branch: 'main', whole: true, from: now, to: then },
      counts: { inserted: 0, updated: 2, deleted: 0, catalog: 0 },
    });
    expect(preview.at).toBeInstanceOf(Date);
    expect(preview.collections[0]!.samples[0]).toEqual({
      ...{ id: 1, before: { _id: 1, n: 9 }, after: { _id: 1, n: 1 } },
    });
    expect(await head()).toBe(now);
    expect(await shop.resetToTime(time)).toMatchObject({ whole: true, from: now, to: then });
    expect(await shown()).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(await shop.restorePoints()).toMatchObject([{ name: `restore-${now}`, lsn: now }]);
    expect(await shop.previewUndo({ lastRestore: true })).toMatchObject({ by: 'reset', head: null });
    await shop.undo({ lastRestore: true });
    expect(await shown()).toEqual([
      [1, 9],
      [2, 9],
    ]);
    await shop.resetToTime(time.getTime());
    await shop.resetToLSN(now);
    expect(await shown()).toEqual([
      [1, 9],
      [2, 9],
    ]);
  });

  it('restores collections and documents, from tags too, of any branch', async () => {
    await shop.tag('v1');
    await items().updateMany({}, { $set: { n: 9 } });
    await shop.collection('other').insertOne({ _id: 1 as never });
    const result = await shop.restore({ to: 'v1', collections: ['items'], filter: { _id: 2 } });
    expect(result).toMatchObject({ whole: false, counts: { updated: 1 }, head: await head() });
    expect(await shown()).toEqual([
      [1, 9],
      [2, 2],
    ]);
    expect(await shop.collection('other').countDocuments()).toBe(1);
    await expect(shop.restore({ to: 'v1', expectedHead: (await head()) - 1 })).rejects.toMatchObject({
      code: 112,
      codeName: 'WriteConflict',
    });
  });

  it('takes back what somebody wrote, and keeps the work of others', async () => {
    await pause();
    const start = new Date();
    await items().updateOne({ _id: 1 }, { $set: { n: 10 } });
    const commit = await head();
    await items().updateOne({ _id: 1 }, { $set: { n: 11 } });
    const refused = await shop.undo({ commit }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(MongoServerError);
    expect(refused).toMatchObject({
      ...{ code: 96, argonCode: 'ARGON_BRANCH_UNDO_CONFLICT', argonData: { open: 1 } },
    });
    expect(await shop.previewUndo({ commit })).toMatchObject({ conflicts: 1, open: 1 });
    expect(await shop.undo({ commit, strategies: { items: 'ours' } })).toMatchObject({ head: null });
    expect(await shop.undo({ from: commit, to: await head() })).toMatchObject({ by: 'commit' });
    expect(await shown()).toEqual([
      [1, 1],
      [2, 2],
    ]);
    await items().deleteOne({ _id: 2 });
    expect(await shop.undo({ user: 'ann', app: 'shop', since: start })).toMatchObject({
      counts: { inserted: 1 },
    });
    expect(await shown()).toHaveLength(2);
  });
});

describe('merge', () => {
  it('brings in a branch by name or as a database, and tells of conflicts', async () => {
    const feature = await shop.createBranch('feature');
    await items(feature).updateOne({ _id: 1 }, { $set: { n: 5 } });
    const half = await head('feature');
    await items(feature).insertOne({ _id: 3, n: 3 });
    await items().updateOne({ _id: 1 }, { $set: { n: 6 } });
    const plan = await shop.previewMerge(feature);
    expect(plan).toMatchObject({ conflicts: 1, open: 1, counts: { inserted: 1 }, head: null });
    expect(plan.examples[0]).toMatchObject({ id: 1, fields: [{ path: 'n', base: 1, ours: 6, theirs: 5 }] });
    await expect(shop.merge('feature')).rejects.toMatchObject({
      ...{ code: 96, argonCode: 'ARGON_BRANCH_MERGE_CONFLICT' },
    });
    const first = await shop.merge(feature.atLSN(half), {
      ...{ strategy: 'theirs', expectedHead: plan.ours.lsn },
    });
    expect(first).toMatchObject({ into: 'main', theirs: { lsn: half }, head: await head() });
    expect(await shown()).toEqual([
      [1, 5],
      [2, 2],
    ]);
    expect(await shop.merge('feature')).toMatchObject({ conflicts: 0, counts: { inserted: 1 } });
    expect(await shop.merge('feature')).toMatchObject({ upToDate: true, head: null });
    expect(await feature.merge(shop)).toMatchObject({ into: 'feature', counts: { inserted: 0 } });
    await client.db('other').collection('x').insertOne({});
    await expect(shop.merge(client.db('other'))).rejects.toMatchObject({
      code: 'ARGON_DRIVER_OTHER_PROJECT',
    });
  });
});

describe('tags and history', () => {
  it('names moments, and lists and deletes names', async () => {
    const lsn = await head();
    expect(await shop.tag('v1')).toEqual({ name: 'v1', lsn, branch: 'main' });
    await items().deleteMany({});
    const early = await shop.tag('v0', { at: lsn });
    expect(early.lsn).toBe(lsn);
    expect((await shop.tags()).map(({ name }) => name)).toEqual(['v0', 'v1']);
    expect(await shop.deleteTag('v0')).toEqual(early);
    await expect(shop.deleteTag('v0')).rejects.toMatchObject({ code: 4 });
  });

  it('tells who changed what, as far as it is read', async () => {
    await items().updateOne({ _id: 1 }, { $set: { tags: ['a'] } });
    const lsn = await head();
    const [newest] = await items().history().toArray();
    expect(newest).toEqual({
      ...{ lsn, commitLsn: lsn, time: expect.any(Date), actor: { user: 'ann', app: 'shop' } },
      ...{ operation: 'update', collection: 'items', hidden: false, id: 1 },
      changes: [{ path: ['tags'], after: ['a'] }],
    });
    expect(await items().history({ id: 1 }).toArray()).toHaveLength(2);
    expect(
      await items()
        .atLSN(lsn - 1)
        .history({ id: 1 })
        .toArray(),
    ).toHaveLength(1);
    expect(await shop.history({ limit: 3 }).toArray()).toHaveLength(3);
    expect(await shop.history({ actor: 'bob' }).toArray()).toEqual([]);
    await items().insertMany(Array.from({ length: 500 }, (_, i) => ({ _id: 100 + i })));
    const lsns: number[] = [];
    for await (const change of shop.history({ batchSize: 50 })) lsns.push(change.lsn);
    expect(lsns).toHaveLength(506);
    expect(lsns).toEqual(lsns.toSorted((a, b) => b - a));
  });
});

it('works on whatever answers the commands, and says so where nothing does', async () => {
  const store: Store = await openStore('memory:');
  const materializer = new Materializer(store);
  const engine = new WalEngine(store, materializer);
  const given = new ArgonClient(engine);
  await given.db('shop').collection('items').insertOne({});
  expect(await given.db('shop').branches()).toHaveLength(1);
  const bare = new ArgonClient({
    handle: (command, context) => engine.handle(command, context),
    close: async () => {},
  });
  await expect(bare.db('shop').branches()).rejects.toMatchObject({ code: 59, codeName: 'CommandNotFound' });
  await bare.close();
  await given.close();
  await engine.close();
  await materializer.close();
  await store.close();
});

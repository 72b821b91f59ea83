import { WalBranchService } from '@argon/branch';
import { WalEngine } from '@argon/engine';
import { Materializer } from '@argon/materializer';
import { NOBODY, openStore, type Store } from '@argon/wal';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ArgonClient } from '../client/argon-client';
import type { ArgonDb } from '../client/argon-db';

let store: Store;
let engine: WalEngine;
let client: ArgonClient;

interface Item {
  _id: number;
  n?: number;
}

beforeEach(async () => {
  store = await openStore('memory:');
  engine = new WalEngine(store, new Materializer(store));
  client = new ArgonClient(engine);
  const items = client.db('shop').collection<Item>('items');
  await items.insertMany([{ _id: 1, n: 1 }, { _id: 2 }]);
  await new WalBranchService(store, engine.materializer).create('shop', 'feature', {}, NOBODY);
  const feature = client.branch('shop', 'feature').collection<Item>('items');
  await feature.updateOne({ _id: 1 }, { $set: { n: 5 } });
  await feature.deleteOne({ _id: 2 });
  await feature.insertOne({ _id: 3 });
});
afterEach(async () => {
  await client.close();
  await engine.close();
  await engine.materializer.close();
  await store.close();
});

const all = async (from: ArgonDb, to: ArgonDb, collections?: string[]) => {
  const found = [];
  for await (const each of from.diff(to, collections && { collections })) found.push(each);
  return found;
};

it('is the documents that another branch shows differently', async () => {
  const [main, feature] = [client.db('shop'), client.branch('shop', 'feature')];
  const collection = 'items';
  expect(await all(main, feature)).toEqual([
    { collection, before: { _id: 1, n: 1 }, after: { _id: 1, n: 5 }, fields: ['n'] },
    { collection, before: { _id: 2 }, after: null, fields: [] },
    { collection, before: null, after: { _id: 3 }, fields: [] },
  ]);
  expect(await main.diffStat(feature)).toMatchObject([{ collection, inserted: 1, updated: 1, deleted: 1 }]);
  await expect(all(main, feature, ['item'])).rejects.toMatchObject({
    code: 'ARGON_BRANCH_COLLECTIONS_MISSING',
  });
});

it('is there between moments, too', async () => {
  const feature = client.branch('shop', 'feature');
  const lsn = (await store.head((await store.branch((await store.project('shop'))!.id, 'feature'))!.id)).lsn;
  expect(await all(feature.atLSN(lsn - 1), feature)).toMatchObject([{ after: { _id: 3 } }]);
  expect(await all(feature.atTime(Date.now() + 1000), feature)).toEqual([]);
});

it('needs the log', async () => {
  const other = new ArgonClient({
    handle: (command, context) => engine.handle(command, context),
    close: async () => {},
  });
  const db = other.db('shop');
  await expect(db.diffStat(db)).rejects.toMatchObject({ code: 'ARGON_DRIVER_NO_ENGINE' });
  await other.close();
});

import { WalEngine, partialMatcher } from '@argon/engine';
import { Materializer } from '@argon/materializer';
import { openStore, type Store } from '@argon/wal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ArgonClient } from '../client/argon-client';

interface Item {
  _id: number;
  n: number;
}

let store: Store;
let materializer: Materializer;
let client: ArgonClient;
const items = () => client.db('shop').collection<Item>('items');

async function open(): Promise<void> {
  // No cache of nodes: each is read when it is needed, so that a loss is noticed.
  materializer = new Materializer(store, { partialMatcher, nodeCacheBytes: 0 });
  client = await new ArgonClient(new WalEngine(store, materializer)).connect();
}

beforeEach(async () => {
  store = await openStore('memory:');
  await open();
  await items().insertMany(Array.from({ length: 2_000 }, (_, i) => ({ _id: i, n: i % 7 })));
  await items().createIndex({ n: 1 });
  await materializer.snapshot((await store.project('shop'))!.id + 1);
});

afterEach(async () => {
  await client.close();
  await materializer.close();
  await store.close();
});

/** As a disk might, or somebody who tidies up. */
async function loseChunks(): Promise<void> {
  for await (const batch of store.chunks.list()) {
    await store.chunks.remove(
      batch.map(({ hash }) => hash),
      Infinity,
    );
  }
}

describe('when the chunks of a snapshot are lost', () => {
  it('reads go on, from the log', async () => {
    await loseChunks();
    expect(await items().findOne({ _id: 1_234 })).toEqual({ _id: 1_234, n: 2 });
    expect(await items().countDocuments({ n: 3 })).toBe(286);
  });

  it('writes go on as well', async () => {
    await loseChunks();
    await items().updateOne({ _id: 7 }, { $inc: { n: 100 } });
    await expect(items().insertOne({ _id: 8, n: 0 })).rejects.toMatchObject({ code: 11000 });
    expect(await items().findOne({ _id: 7 })).toEqual({ _id: 7, n: 100 });
  });

  it('snapshots are taken again', async () => {
    const id = (await store.project('shop'))!.id + 1;
    await loseChunks();
    expect(await items().countDocuments({ n: 3 })).toBe(286);
    expect(await store.snapshots.list(id)).toEqual([]);
    await materializer.snapshot(id);
    await client.close();
    await materializer.close();
    await open();
    expect(await items().countDocuments({ n: 3 })).toBe(286);
    expect(materializer.stats().snapshots.damaged).toBe(0);
  });
});

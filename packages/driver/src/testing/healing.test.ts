import { deserialize, type Binary } from 'bson';
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
async function loseChunks(isKept: (hash: string) => boolean = () => false): Promise<void> {
  for await (const batch of store.chunks.list()) {
    const hashes = batch.map(({ hash }) => hash).filter((hash) => !isKept(hash));
    await store.chunks.remove(hashes, Infinity);
  }
}

/** The chunks of collections that a manifest names. */
async function namedBy(root: string): Promise<string[]> {
  const [bytes] = await store.chunks.get([root]);
  const { collections } = deserialize(bytes!) as { collections: { chunk: Binary }[] };
  return collections.map(({ chunk }) => chunk.toString('hex'));
}

describe('when the chunks of a snapshot are lost', () => {
  it('reads go on, from the log', async () => {
    await loseChunks();
    expect(await items().findOne({ _id: 1_234 })).toEqual({ _id: 1_234, n: 2 });
    expect(await items().countDocuments({ n: 3 })).toBe(286);
  });

  it('of which only some are lost, the snapshot goes, for it would fail again', async () => {
    const id = (await store.project('shop'))!.id + 1;
    const [snapshot] = await store.snapshots.list(id);
    const kept = new Set([snapshot!.root, ...(await namedBy(snapshot!.root))]);
    await loseChunks((hash) => kept.has(hash));
    expect(await items().countDocuments({ n: 3 })).toBe(286);
    expect(await store.snapshots.list(id)).toEqual([]);
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
    await materializer.snapshot(id);
    await client.close();
    await materializer.close();
    await open();
    expect(await items().countDocuments({ n: 3 })).toBe(286);
    expect(materializer.stats().snapshots.damaged).toBe(0);
  });
});

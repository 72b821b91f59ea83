import { readPerf, WalEngine } from '@argon/engine';
import { Materializer } from '@argon/materializer';
import { sharedMongod } from '@argon/tools-mongod';
import { openStore, type Store } from '@argon/wal';
import { describe, expect, it } from 'vitest';
import { storeKinds } from '../testing/store-fixtures';
import { ArgonClient } from './argon-client';

const NOON = Date.UTC(2026, 0, 31, 12);
const perf = { now: () => NOON };

/** Inserts as many documents, reads them, and closes. */
async function work(client: ArgonClient, documents: number): Promise<void> {
  const items = client.db('shop').collection<{ _id: number }>('items');
  for (let _id = 0; _id < documents; _id++) await items.insertOne({ _id });
  expect(await items.countDocuments()).toBe(documents);
  await items.drop();
  await client.close();
}

const told = (store: Store) => readPerf(store, NOON, NOON);

const kinds = storeKinds(async () => (await sharedMongod()).uri).filter(({ shared }) => shared);

describe.each(kinds)('what clients do on the $name store', (kind) => {
  it('is told to other handles when they are closed, of all clients and each', async () => {
    const fixture = await kind.make();
    try {
      await work(new ArgonClient(fixture.address, { perf }), 3);
      await work(new ArgonClient(fixture.address, { perf }), 5);
      await work(new ArgonClient(fixture.address, { perf: false }), 7);
      const store = await openStore(fixture.address);
      const { total, processes } = await told(store);
      expect(processes.map(({ counts }) => counts.timed.write.count).sort()).toEqual([3, 5]);
      expect([total.timed.read.count, total.timed.write.count, total.timed.other.count]).toEqual([2, 8, 2]);
      expect(total.counters).toMatchObject({ commits: 10, entries: 12, lost: 0 });
      await store.close();
    } finally {
      await fixture.remove();
    }
  });
});

describe('what a client does', () => {
  it('is told once on a store that stays open', async () => {
    const store = await openStore('memory:');
    await work(new ArgonClient(store, { perf }), 2);
    const { total, minutes } = await told(store);
    expect(minutes.map(({ at }) => at)).toEqual([NOON]);
    expect(total.timed.write.count).toBe(2);
    await store.close();
  });

  it("with an engine of the caller's is left to that engine", async () => {
    const store = await openStore('memory:');
    const materializer = new Materializer(store);
    const engine = new WalEngine(store, materializer);
    await work(new ArgonClient(engine), 2);
    await engine.close();
    expect(await store.perf.read(0, Number.MAX_SAFE_INTEGER)).toEqual([]);
    await materializer.close();
    await store.close();
  });
});

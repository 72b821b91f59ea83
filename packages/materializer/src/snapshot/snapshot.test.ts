import assert from 'node:assert/strict';
import { idKey } from '@argon/bson';
import { openStore, type ChunkStore, type Store } from '@argon/wal';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { Materializer } from '../materializer';
import { createCollection, createIndex, insert, remove, update } from '../testing/entries';
import { written } from '../testing/written';

const MAIN = 2;
const INDEX = { v: 2, key: { x: 1 }, name: 'x_1' };

let store: Store;
let writer: Materializer;

/** 200 documents whose records are LSNs 5 … 204, and an index. */
beforeEach(async () => {
  store = await openStore('memory:');
  await store.createProject({ name: 'p', branchName: 'main', actor: { user: '', app: '' } });
  writer = new Materializer(store);
  const documents = Array.from({ length: 200 }, (_, i) => insert('c', { _id: i, x: i % 10 }));
  await written(store, MAIN, [[createCollection('c'), createIndex('c', INDEX), ...documents]]);
});

afterEach(async () => {
  await writer.close();
});

describe('a snapshot', () => {
  it('is where reading begins', async () => {
    const { lsn } = await writer.snapshot(MAIN);
    assert.equal(lsn, (await store.head(MAIN)).lsn);
    const reader = new Materializer(spied(store));
    const state = await reader.current(MAIN);
    assert.deepEqual(reads, []);
    assert.equal(state.collections.get('c')!.count, 200);
    assert.deepEqual(await state.collections.get('c')!.byId(idKey(7)), { record: 12, lsn: 12 });
    const index = await reader.indexOf(state, 'c', 'x_1');
    assert.equal(await index.count({}, 1_000), 200);
  });

  it('of the same state has the same chunks, whoever takes it', async () => {
    const [a, b] = [new Materializer(store), new Materializer(store)];
    const [one, two] = await Promise.all([a.snapshot(MAIN), b.snapshot(MAIN)]);
    assert.equal(one.root, two.root);
  });

  it('costs what changed since the one before', async () => {
    await writer.snapshot(MAIN);
    const before = await chunks();
    const changes = [
      update('c', { _id: 1, x: 99 }, 6),
      remove('c', { _id: 2 }, 7),
      insert('c', { _id: 'new' }),
    ];
    await writer.committed(MAIN, await written(store, MAIN, [changes]));
    await writer.snapshot(MAIN);
    const after = await chunks();
    assert.ok(after - before <= 12, `${after - before} new chunks`);
  });

  it('that is damaged is left aside, and the log read instead', async () => {
    const { root } = await writer.snapshot(MAIN);
    await store.chunks.remove([root], Infinity);
    const reader = new Materializer(store);
    assert.equal((await reader.current(MAIN)).collections.get('c')!.count, 200);
    assert.equal(reader.stats().snapshots.damaged, 1);
  });

  it('is taken in the background when enough was written, and at close', async () => {
    const busy = new Materializer(store, { snapshots: { entries: 50, idleEntries: 5 } });
    await busy.current(MAIN);
    for (let i = 0; i < 3; i++) {
      const batch = Array.from({ length: 20 }, (_, n) => insert('c', { _id: `${i}.${n}` }));
      await busy.committed(MAIN, await written(store, MAIN, [batch]));
    }
    await busy.close();
    const snapshots = await store.snapshots.list(MAIN);
    assert.equal(snapshots[snapshots.length - 1]!.lsn, (await store.head(MAIN)).lsn);
    assert.equal(busy.stats().snapshots.failed, 0);
  });

  it('is taken of few entries, too, if they are large', async () => {
    const busy = new Materializer(store, { snapshots: { bytes: 1 << 20 } });
    await busy.current(MAIN);
    const large = 'x'.repeat(100_000);
    const write = async (name: string, count: number) => {
      const batch = Array.from({ length: count }, (_, n) => insert('c', { _id: `${name}${n}`, large }));
      await busy.committed(MAIN, await written(store, MAIN, [batch]));
    };
    // A tenth of what makes it worth one, then more than makes it wait for one.
    await write('a', 1);
    assert.equal(busy.pressure(MAIN), undefined);
    await write('b', 90);
    for (let waits = 0; busy.pressure(MAIN) !== undefined; waits++) {
      assert.ok(waits < 2);
      await busy.pressure(MAIN);
    }
    assert.equal(busy.stats().snapshots.taken, 1);
    assert.equal((await store.snapshots.list(MAIN)).at(-1)!.lsn, (await store.head(MAIN)).lsn);
    // What is left is not worth another.
    await write('c', 1);
    await busy.close();
    assert.equal(busy.stats().snapshots.taken, 1);
  });

  it('is what writers wait for that are too fast', async () => {
    const busy = new Materializer(store, { snapshots: { entries: 5, maxEntries: 10, idleEntries: 5 } });
    await busy.current(MAIN);
    const batch = Array.from({ length: 30 }, (_, n) => insert('c', { _id: `n${n}` }));
    await busy.committed(MAIN, await written(store, MAIN, [batch]));
    assert.ok(busy.pressure(MAIN));
    // One that was under way already, and one of what came meanwhile.
    for (let waits = 0; busy.pressure(MAIN) !== undefined; waits++) {
      assert.ok(waits < 2);
      await busy.pressure(MAIN);
    }
    await busy.close();
  });

  it('is one for all that made it due, however many commits come while it is taken', async () => {
    const busy = new Materializer(store, { snapshots: { entries: 5, maxEntries: 30, idleEntries: 5 } });
    await busy.current(MAIN);
    for (const [size, name] of [
      [70, 'a'],
      [6, 'b'],
    ] as const) {
      const batch = Array.from({ length: size }, (_, n) => insert('c', { _id: `${name}${n}` }));
      await busy.committed(MAIN, await written(store, MAIN, [batch]));
    }
    await busy.pressure(MAIN);
    assert.equal(busy.stats().snapshots.taken, 1);
    await busy.close();
    assert.equal(busy.stats().snapshots.taken, 2);
  });

  it('that fails harms nobody', async () => {
    const chunks: ChunkStore = {
      get: (hashes) => store.chunks.get(hashes),
      put: () => Promise.reject(new Error('the disk is full')),
      list: () => store.chunks.list(),
      remove: (hashes, before) => store.chunks.remove(hashes, before),
    };
    const broken = new Materializer(store, { chunks, snapshots: { idleEntries: 5 } });
    await broken.current(MAIN);
    await broken.close();
    assert.equal(broken.stats().snapshots.failed, 1);
    await assert.rejects(async () => broken.snapshot(MAIN), /disk is full/);
  });
});

const reads: string[] = [];

/** The store, noting whether its log is read. */
function spied(target: Store): Store {
  reads.length = 0;
  return new Proxy(target, {
    get(from, property) {
      if (property === 'commits') reads.push('commits');
      const value: unknown = Reflect.get(from, property);
      return typeof value === 'function' ? (value.bind(from) as unknown) : value;
    },
  });
}

async function chunks(): Promise<number> {
  let count = 0;
  for await (const batch of store.chunks.list()) count += batch.length;
  return count;
}

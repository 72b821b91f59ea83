import { openStore, type Store } from '@argon/wal';
import { beforeEach, expect, it } from 'vitest';
import { Materializer } from '../materializer';
import { createCollection, insert, update } from '../testing/entries';
import { written } from '../testing/written';

const MAIN = 2;
let store: Store;
let materializer: Materializer;

beforeEach(async () => {
  store = await openStore('memory:');
  const actor = { user: '', app: '' };
  const { project } = await store.createProject({ name: 'p', branchName: 'main', actor });
  const documents = Array.from({ length: 5_000 }, (_, i) => insert('c', { _id: i }));
  await written(store, MAIN, [[createCollection('c'), ...documents]]);
  materializer = new Materializer(store);
  await materializer.snapshot(MAIN);
  const { lsn: baseLsn } = await store.head(MAIN);
  const request = { projectId: project.id, name: 'fork', parentId: MAIN, baseLsn, actor };
  const { id } = await store.createBranch(request);
  await materializer.committed(id, await written(store, id, [[update('c', { _id: 0, x: 1 }, 4)]]));
  await materializer.snapshot(id);
});

it('tells whose chunks there are, and what branches share', async () => {
  const { branches, all, shared, unneeded } = await materializer.chunkUse();
  expect([...branches.values()].map(({ snapshots }) => snapshots)).toEqual([1, 1]);
  const [main, fork] = [...branches.values()];
  expect(main!.shared).toEqual(fork!.shared);
  expect(main!.shared).toEqual(shared);
  expect(shared.chunks).toBeGreaterThan(5);
  // The manifest, the collection, and the way down to the record that is another.
  expect(fork!.own.chunks).toBeLessThan(6);
  expect(main!.own.bytes + fork!.own.bytes + shared.bytes).toBe(all.bytes);
  expect(unneeded).toEqual({ chunks: 0, bytes: 0 });
});

it('tells what no snapshot needs', async () => {
  const [first] = await store.snapshots.list(MAIN);
  await store.snapshots.remove(MAIN, first!.lsn);
  const { branches, shared, unneeded } = await materializer.chunkUse();
  expect(branches.size).toBe(1);
  expect(shared.chunks).toBe(0);
  expect(unneeded.chunks).toBeGreaterThan(0);
});

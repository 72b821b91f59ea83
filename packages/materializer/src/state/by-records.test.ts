import assert from 'node:assert/strict';
import { openStore, type Store } from '@argon/wal';
import { afterEach, beforeEach, it, vi } from 'vitest';
import { Materializer } from '../materializer';
import { createCollection, insert, remove, update } from '../testing/entries';
import { remote } from '../testing/remote';
import { written } from '../testing/written';
import type { CollectionState } from './contract';

const MAIN = 2;
const COUNT = 20_000;
/** The record of the document i. */
const recordOf = (i: number): number => 4 + i;

let store: Store;
let materializer: Materializer;

/** A snapshot of many documents, and over it one that changed, one that is gone, one that is new. */
beforeEach(async () => {
  store = await openStore('memory:');
  await store.createProject({ name: 'p', branchName: 'main', actor: { user: '', app: '' } });
  const documents = Array.from({ length: COUNT }, (_, i) => insert('c', { _id: i }));
  await written(store, MAIN, [[createCollection('c'), ...documents]]);
  materializer = new Materializer(store);
  await materializer.snapshot(MAIN);
  const changes = [
    update('c', { _id: 1, x: 1 }, recordOf(1)),
    remove('c', { _id: 2 }, recordOf(2)),
    insert('c', { _id: 'new' }),
  ];
  await written(store, MAIN, [changes]);
});

afterEach(() => materializer.close());

async function collectionOver(over: Store): Promise<CollectionState> {
  return (await new Materializer(over).current(MAIN)).collections.get('c')!;
}

/** Records all over the collection, in no order, with some that are not there. */
function scattered(): number[] {
  const records = Array.from({ length: 250 }, (_, i) => recordOf((i * 7_919) % COUNT));
  return [...records, recordOf(1), recordOf(2), 1, recordOf(COUNT + 2), Number.MAX_SAFE_INTEGER, recordOf(0)];
}

it('finds at once what the store has at once', async () => {
  const collection = await collectionOver(store);
  const found = collection.byRecords(scattered());
  assert.ok(!(found instanceof Promise));
  assert.deepEqual(
    found,
    scattered().map((record) => collection.byRecord(record)),
  );
  assert.deepEqual(found[0], { record: recordOf(0), lsn: recordOf(0) });
  assert.deepEqual(found.slice(250, 252), [{ record: recordOf(1), lsn: recordOf(COUNT) }, undefined]);
  assert.deepEqual(found.slice(252, 255), [
    undefined,
    { record: recordOf(COUNT + 2), lsn: recordOf(COUNT + 2) },
    undefined,
  ]);
});

it('asks a store that is far away once for each level of the tree', async () => {
  const here = (await collectionOver(store)).byRecords(scattered());
  const collection = await collectionOver(remote(store));
  // The tree's first node says that the store is far away.
  await collection.byRecord(recordOf(9));
  const get = vi.spyOn(store.chunks, 'get');
  assert.deepEqual(await collection.byRecords(scattered()), here);
  assert.ok(get.mock.calls.length <= 2, `${get.mock.calls.length} requests`);
  assert.ok(get.mock.calls.flatMap(([hashes]) => hashes).length > 30);
});

it('even if it is the first to be asked', async () => {
  const here = (await collectionOver(store)).byRecords(scattered());
  const collection = await collectionOver(remote(store));
  const get = vi.spyOn(store.chunks, 'get');
  assert.deepEqual(await collection.byRecords(scattered()), here);
  assert.ok(get.mock.calls.length <= 4, `${get.mock.calls.length} requests`);
});

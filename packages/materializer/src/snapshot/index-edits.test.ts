import assert from 'node:assert/strict';
import { openStore, Pacer } from '@argon/wal';
import { it } from 'vitest';
import { DocumentCache } from '../cache/document-cache';
import { DocumentReader } from '../cache/document-reader';
import { IndexCatalog } from '../index/index-catalog';
import { Materializer } from '../materializer';
import { LayeredCollectionState } from '../state/collection-state';
import { createCollection, createIndex, insert, update } from '../testing/entries';
import { written } from '../testing/written';
import { NodeStore } from '../tree/node-store';
import { IndexEdits } from './index-edits';

const MAIN = 2;
const SIZE = 4_000;
/** The record of the first document that is written. */
const FIRST = 5;

/** Counts how often it gave way, and is always due. */
class Impatient extends Pacer {
  times = 0;

  override get due(): boolean {
    return true;
  }

  override giveWay(): Promise<void> {
    this.times += 1;
    return Promise.resolve();
  }
}

it('updates that leave an index as it was hold nobody up, however many', async () => {
  const store = await openStore('memory:');
  await store.createProject({ name: 'p', branchName: 'main', actor: { user: '', app: '' } });
  const materializer = new Materializer(store);
  const documents = Array.from({ length: SIZE }, (_, i) => insert('c', { _id: i, x: i }));
  const index = { v: 2, key: { x: 1 }, name: 'x_1' };
  await written(store, MAIN, [[createCollection('c'), createIndex('c', index), ...documents]]);
  await materializer.snapshot(MAIN);
  const changes = Array.from({ length: SIZE }, (_, i) => update('c', { _id: i, x: i, n: 1 }, FIRST + i));
  await written(store, MAIN, [[...changes, update('c', { _id: 0, x: -1 }, FIRST, FIRST + SIZE)]]);
  const state = await materializer.current(MAIN);
  const collection = state.collections.get('c');
  assert.ok(collection instanceof LayeredCollectionState);

  const reader = new DocumentReader(store, new DocumentCache(0));
  const nodes = new NodeStore(store.chunks, 1 << 20);
  const layers = await new IndexCatalog(reader, nodes, {}).layers(
    state,
    collection,
    collection.catalog.indexes[0]!,
  );
  const pacer = new Impatient();
  const gathering = SIZE / 100;
  const edits = await new IndexEdits(reader).of(state, collection, layers, pacer);
  assert.deepEqual(
    edits.map(({ value }) => value),
    [0, undefined],
  );
  assert.ok(pacer.times >= gathering + Math.floor(SIZE / 256), `it gave way ${pacer.times} times`);
  await materializer.close();
});

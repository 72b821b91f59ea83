import assert from 'node:assert/strict';
import { NOBODY, openStore, type Commit } from '@argon/wal';
import { expect, it } from 'vitest';
import { Materializer } from '../materializer';
import { createCollection, createIndex, insert, remove, update } from '../testing/entries';
import { written } from '../testing/written';
import type { LayeredBranchState } from '../state/branch-state';
import { LayeredCollectionState } from '../state/collection-state';
import { applyCommits } from './apply-commits';

const MAIN = 2;
const SIZE = 3_000;
/** The record of the first document. */
const FIRST = 5;
const INDEX = { v: 2, key: { x: 1 }, name: 'x_1' };

it('applies a large commit in steps, and shows what it would show at once', async () => {
  const store = await openStore('memory:');
  await store.createProject({ name: 'p', branchName: 'main', actor: NOBODY });
  const materializer = new Materializer(store);
  const inserts = Array.from({ length: SIZE }, (_, i) => insert('c', { _id: i, x: i }));
  await written(store, MAIN, [[createCollection('c'), createIndex('c', INDEX), ...inserts]]);
  const from = (await materializer.current(MAIN)) as LayeredBranchState;
  await materializer.indexOf(from, 'c', 'x_1');

  // Every document, some of them twice, beside small commits, and a collection that comes in the middle of a step.
  const updates = Array.from({ length: SIZE }, (_, i) => update('c', { _id: i, x: -i }, FIRST + i));
  const head = from.lsn + 1;
  const again = Array.from({ length: 50 }, (_, i) => update('c', { _id: i, x: 1 }, FIRST + i, head + 1 + i));
  const large = [...updates, ...again, createCollection('d'), insert('d', { _id: 1 })];
  const commits = await written(store, MAIN, [
    [insert('c', { _id: 'before', x: 0 })],
    large,
    [remove('c', { _id: 0 }, FIRST, head + 1 + SIZE)],
  ]);

  const applied = outcome(from, commits);
  assert.ok(applied instanceof Promise);
  const [stepwise, whole] = [await applied, from.advanceBy(commits)];
  expect(seen(stepwise)).toEqual(seen(whole));
  expect(stepwise.tail).toEqual(whole.tail);
  expect(stepwise.lsn).toBe(commits.at(-1)!.lsn);
  assert.ok(!(outcome(from, commits.slice(0, 1)) instanceof Promise), 'a small one takes no time');
  await materializer.close();
});

function outcome(from: LayeredBranchState, commits: readonly Commit[]) {
  return applyCommits(from, commits, () => assert.fail('nothing is reset'), 0);
}

/** Records, ids and the index of each collection. */
function seen(state: LayeredBranchState): unknown {
  return [...state.collections].map(([name, collection]) => {
    assert.ok(collection instanceof LayeredCollectionState);
    const { count, records, ids, indexes, catalog } = collection;
    const layers = catalog.indexes.map((definition) => indexes.get(definition));
    const entries = layers.map((each) => each && !(each instanceof Promise) && [...each.overlay.range()]);
    return [name, count, [...records.entries()], [...ids.entries()], entries];
  });
}

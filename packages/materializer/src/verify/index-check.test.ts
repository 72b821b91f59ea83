import { openStore, type Store } from '@argon/wal';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { indexEntryKey } from '../index/entry-key';
import { IndexSlots } from '../index/index-slots';
import { Materializer } from '../materializer';
import { LayeredBranchState } from '../state/branch-state';
import type { CollectionBase, IndexBase } from '../state/collection-base';
import { CollectionMap } from '../state/collection-map';
import { LayeredCollectionState } from '../state/collection-state';
import { createCollection, createIndex, insert } from '../testing/entries';
import { written } from '../testing/written';
import { IndexCheck } from './index-check';
import { Trial } from './trial';

const MAIN = 2;

let store: Store;
let state: LayeredBranchState;
let check: IndexCheck;

/** Ten documents whose records are LSNs 5 … 14, in a snapshot with an index. */
beforeEach(async () => {
  store = await openStore('memory:');
  await store.createProject({ name: 'p', branchName: 'main', actor: { user: '', app: '' } });
  const documents = Array.from({ length: 10 }, (_, i) => insert('c', { _id: i, x: [i, 'a'] }));
  const index = createIndex('c', { v: 2, key: { x: 1 }, name: 'x_1' });
  await written(store, MAIN, [[createCollection('c'), index, ...documents]]);
  const record = await new Materializer(store).snapshot(MAIN);
  const trial = new Trial(store, store.chunks, {});
  state = await trial.reader.read(record);
  check = new IndexCheck(trial.documents, {}, () => undefined);
});
afterEach(() => store.close());

/** The state, with another base of its collection. */
async function withBase(
  change: (base: CollectionBase, index: IndexBase) => Promise<Partial<CollectionBase>>,
) {
  const collection = state.collections.get('c')!;
  const [[identity, index]] = [...collection.base!.indexes] as [[string, IndexBase]];
  const changed = { ...collection.base!, ...(await change(collection.base!, index)) };
  expect(identity).not.toBe('');
  const other = LayeredCollectionState.at(collection.catalog, changed, new IndexSlots());
  return LayeredBranchState.at(state, CollectionMap.empty<LayeredCollectionState>().with([['c', other]]));
}

const indexesWith = (base: CollectionBase, index: IndexBase): Partial<CollectionBase> => ({
  indexes: new Map([...base.indexes.keys()].map((identity) => [identity, index])),
});

it('has nothing against what a snapshot holds', async () => {
  expect(await check.problems(state)).toEqual([]);
  expect(check.indexes).toBe(2);
});

it('finds an entry that is missing', async () => {
  const lacking = await withBase(async (base, index) => {
    const first = (await index.tree.firstKey())!;
    const tree = await index.tree.edit([{ key: first, value: undefined }]);
    return indexesWith(base, { ...index, tree });
  });
  expect(await check.problems(lacking)).toEqual(["index 'x_1' lacks an entry of record 5 (collection 'c')"]);
});

it('finds entries that are too many', async () => {
  const more = await withBase(async (base, index) => {
    const tree = await index.tree.edit([{ key: indexEntryKey('~', 5), value: 0 }]);
    return indexesWith(base, { ...index, tree });
  });
  expect(await check.problems(more)).toEqual([
    "index 'x_1' has 1 more entries than its documents have keys (collection 'c')",
  ]);
});

it('finds an index that does not know of arrays', async () => {
  const plain = await withBase((base, index) =>
    Promise.resolve(indexesWith(base, { ...index, multikey: [0] })),
  );
  expect((await check.problems(plain))[0]).toContain('does not tell which of its fields hold arrays');
});

it('finds an _id that leads elsewhere', async () => {
  const elsewhere = await withBase(async (base) => {
    const key = (await base.ids.firstKey())!;
    return { ids: await base.ids.edit([{ key, value: 9 }]) };
  });
  expect(await check.problems(elsewhere)).toEqual([
    "index '_id_' leads to record 9 for the _id of record 5 (collection 'c')",
  ]);
});

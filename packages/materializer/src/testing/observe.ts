import assert from 'node:assert/strict';
import { documentId, encodeDocument, idKey, indexKeys, type Value } from '@argon/bson';
import type { IndexEntry, KeyRange } from '../index/index-tree';
import type { IndexView } from '../index/index-view';
import type { Materializer } from '../materializer';
import type { BranchState, CollectionState, RecordRef } from '../state/contract';
import { toHex } from './changes';
import type { NaiveCollection, NaiveDocument, NaiveState } from './naive-state';

/** A state in a form that `deepEqual` compares in full, order included. */
export function plain(state: NaiveState): unknown {
  const collections = [...state.collections].map(([name, collection]) => ({
    name,
    ...collection,
    documents: [...collection.documents],
  }));
  return { ...state, collections: collections.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** Reads everything a state shows, by every way of reading, into the naive model's form. */
export async function observe(materializer: Materializer, state: BranchState): Promise<NaiveState> {
  const collections = new Map<string, NaiveCollection>();
  for (const [name, collection] of state.collections) {
    const { catalog } = collection;
    assert.equal(catalog.name, name);
    collections.set(name, {
      uuid: toHex(catalog.uuid),
      type: catalog.type,
      options: hexOf(catalog.options),
      indexes: catalog.indexes.map(({ specification }) => hexOf(specification)),
      documents: await documentsOf(materializer, state, collection),
    });
  }
  return { lsn: state.lsn, deleted: state.deleted, collections };
}

async function documentsOf(
  materializer: Materializer,
  state: BranchState,
  collection: CollectionState,
): Promise<Map<string, NaiveDocument>> {
  const refs = await scanned(collection, {});
  assert.equal(collection.count, refs.length);
  assert.deepEqual(await scanned(collection, { reverse: true, batchSize: 3 }), [...refs].reverse());
  const middle = refs[refs.length >> 1]?.record;
  if (middle !== undefined) {
    assert.deepEqual(
      await scanned(collection, { after: middle, batchSize: 2 }),
      refs.slice((refs.length >> 1) + 1),
    );
    const before = await scanned(collection, { after: middle, reverse: true });
    assert.deepEqual(before, refs.slice(0, refs.length >> 1).reverse());
  }
  const bytes = await materializer.documents(
    state,
    refs.map(({ lsn }) => lsn),
  );
  const asked = [Number.MAX_SAFE_INTEGER, ...refs.map(({ record }) => record).reverse()];
  assert.deepEqual(await collection.byRecords(asked), [undefined, ...[...refs].reverse()]);
  const documents = new Map<string, NaiveDocument>();
  for (const [i, ref] of refs.entries()) {
    const id = documentId(bytes[i]!)!;
    assert.deepEqual(await collection.byId(idKey(id)), ref);
    assert.deepEqual(await collection.byRecord(ref.record), ref);
    documents.set(hexOf(new Map([['_id', id]])), { ...ref, bytes: toHex(bytes[i]!) });
  }
  return documents;
}

async function scanned(
  collection: CollectionState,
  options: Parameters<CollectionState['scan']>[0],
): Promise<RecordRef[]> {
  const all: RecordRef[] = [];
  const scan = collection.scan(options);
  for (let batch = await scan.next(); batch; batch = await scan.next()) all.push(...batch);
  return all;
}

/** Compares an index tree with one made naively: every key of every document, sorted. */
export async function checkIndexes(materializer: Materializer, state: BranchState): Promise<void> {
  for (const [name, collection] of state.collections) {
    const refs = await scanned(collection, {});
    const bytes = await materializer.documents(
      state,
      refs.map(({ lsn }) => lsn),
    );
    for (const { name: index, key, sparse, partial } of collection.catalog.indexes) {
      const directions = [...key.values()].map((direction) => (direction === -1 ? -1 : 1));
      const expected = refs.flatMap(({ record }, i) =>
        partial && !evenMatcher()(bytes[i]!)
          ? []
          : indexKeys(bytes[i]!, [...key.keys()], { directions, sparse }).map((found) => ({
              key: found,
              record,
            })),
      );
      expected.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.record - b.record));
      const tree = await materializer.indexOf(state, name, index);
      assert.deepEqual(await entriesOf(tree), expected);
      assert.deepEqual(await entriesOf(tree, { reverse: true }), [...expected].reverse());
      assert.equal(await tree.count({}, Infinity), expected.length);
    }
  }
}

async function entriesOf(index: IndexView, range: KeyRange = {}): Promise<IndexEntry[]> {
  const entries: IndexEntry[] = [];
  const scan = index.scan({ ...range, batchSize: 3 });
  for (let batch = await scan.next(); batch; batch = await scan.next()) entries.push(...batch);
  return entries;
}

/** The one partial filter that histories use: `{even: true}`. */
export function evenMatcher(): (document: Uint8Array) => boolean {
  const wanted = Buffer.from('\x08even\0\x01', 'latin1');
  return (document) => Buffer.from(document).includes(wanted);
}

function hexOf(doc: ReadonlyMap<string, Value>): string {
  return toHex(encodeDocument(new Map(doc)));
}

import assert from 'node:assert/strict';
import { encodeDocument, encodeKey, toDoc } from '@argon/bson';
import { MemoryChunkStore } from '@argon/wal/memory';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { indexDefinition } from '../state/index-definition';
import { numberTree } from '../state/sorted-tree';
import { NodeStore } from '../tree/node-store';
import { Tree } from '../tree/tree';
import { indexEntryKey } from './entry-key';
import { IndexLayers } from './index-layers';
import { IndexTree, type IndexEntry, type KeyRange } from './index-tree';
import { keyExtractor } from './key-extractor';
import { LayeredIndexView } from './layered-index-view';

const definition = indexDefinition(toDoc({ v: 2, key: { a: 1, b: -1 }, name: 'a_1_b_-1' }));
const extract = keyExtractor(definition);
const EMPTY = IndexTree.empty(definition, extract);

const field = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom('', 'a', 'ab', null));
const document = fc
  .record({ a: fc.oneof(field, fc.array(field, { maxLength: 3 })), b: field })
  .map((values) => encodeDocument(values));
const change = fc.record({
  record: fc.integer({ min: 1, max: 30 }),
  document: fc.option(document, { nil: null }),
});
// Whole keys, keys of the first field alone, and such that lie right behind those.
const bound = fc.oneof(
  fc.tuple(field, field).map((values) => encodeKey(values, [1, -1])),
  field.map((value) => encodeKey([value])),
  field.map((value) => `${encodeKey([value])}\xff`),
);
const range = fc.record(
  {
    from: bound,
    to: bound,
    fromInclusive: fc.boolean(),
    toInclusive: fc.boolean(),
    reverse: fc.boolean(),
  },
  { requiredKeys: [] },
);

/** Changes before the snapshot go into the base, later ones into the overlay. */
async function views(
  before: readonly { record: number; document: Uint8Array | null }[],
  after: readonly { record: number; document: Uint8Array | null }[],
): Promise<{ layered: LayeredIndexView; whole: IndexTree }> {
  const base = EMPTY.with(before);
  const nodes = new NodeStore(new MemoryChunkStore(), 1 << 16);
  const keys = [...base.range()].map(({ key, record }) => indexEntryKey(key, record));
  const tree = await Tree.empty(nodes, 'string').edit(keys.map((key) => ({ key, value: 0 })));
  const touched = numberTree<number>();
  for (const { record } of after) touched.set(record, 1);
  const layers = new IndexLayers({ tree, multikey: base.multikey, forms: base.forms }, EMPTY.with(after));
  return { layered: new LayeredIndexView(layers, touched), whole: base.with(after) };
}

async function entriesOf(view: LayeredIndexView, options: KeyRange): Promise<IndexEntry[]> {
  const entries: IndexEntry[] = [];
  const scan = view.scan({ ...options, batchSize: 3 });
  for (let batch = await scan.next(); batch; batch = await scan.next()) entries.push(...batch);
  return entries;
}

describe('an index in two layers', () => {
  it('reads as one that is wholly in memory', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { maxLength: 40 }),
        fc.array(change, { maxLength: 20 }),
        fc.array(range, { minLength: 1, maxLength: 5 }),
        async (before, after, ranges) => {
          const { layered, whole } = await views(before, after);
          for (const each of [{}, ...ranges]) {
            const expected = [...whole.range(each)];
            assert.deepEqual(await entriesOf(layered, each), expected);
            assert.equal(await layered.count(each, 1_000), expected.length);
            assert.equal(await layered.count(each, 3), Math.min(3, expected.length));
          }
          assert.deepEqual(await layered.firstDuplicate(), duplicate(whole));
          for (const { key, record } of whole.range()) {
            const others = whole.find(key).filter((other) => other !== record);
            const conflict = await layered.conflict(key, record);
            assert.ok(others.length === 0 ? conflict === undefined : others.includes(conflict!));
          }
          assert.ok(layered.multikey.every((mask, i) => (mask & whole.multikey[i]!) === whole.multikey[i]));
          assert.ok(layered.forms.every((mask, i) => (mask & whole.forms[i]!) === whole.forms[i]));
        },
      ),
      { numRuns: 300 },
    );
  });
});

function duplicate(tree: IndexTree): { key: string; records: readonly number[] } | undefined {
  const found = tree.firstDuplicate();
  return found && { key: found.key, records: found.records.slice(0, 2) };
}

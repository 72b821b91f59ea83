import assert from 'node:assert/strict';
import { idKey, toDoc } from '@argon/bson';
import { MemoryChunkStore } from '@argon/wal/memory';
import fc from 'fast-check';
import { it } from 'vitest';
import type { CollectionBase } from '../state/collection-base';
import { LayeredCollectionState } from '../state/collection-state';
import { GONE } from '../state/gone';
import { indexDefinition } from '../state/index-definition';
import { numberTree, stringTree } from '../state/sorted-tree';
import { NodeStore } from '../tree/node-store';
import { Tree } from '../tree/tree';
import { IdsView } from './ids-view';
import type { IndexEntry, KeyRange } from './index-tree';
import { IndexSlots } from './index-slots';

const definition = indexDefinition(toDoc({ v: 2, key: { _id: 1 }, name: '_id_' }));
const catalog = {
  name: 'c',
  uuid: new Uint8Array(16),
  type: 'collection' as const,
  options: new Map(),
  indexes: [],
};

const id = fc.integer({ min: 0, max: 40 });
const bound = id.map((value) => idKey(value));
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

/** Ids below are those of a snapshot; above them lie newer ones, and deletions. */
async function view(below: readonly number[], above: ReadonlyMap<number, boolean>): Promise<IdsView> {
  const nodes = new NodeStore(new MemoryChunkStore(), 1 << 16);
  const sorted = [...new Set(below)].sort((a, b) => (idKey(a) < idKey(b) ? -1 : 1));
  const ids = await Tree.empty(nodes, 'string').edit(
    sorted.map((each) => ({ key: idKey(each), value: each + 1 })),
  );
  const records = await Tree.empty(nodes, 'number').edit([]);
  const stored = { chunk: '', catalog };
  const base: CollectionBase = { lsn: 100, records, ids, idForms: 0, indexes: new Map(), stored };
  const overlay = stringTree<number>();
  for (const [each, isThere] of above) overlay.set(idKey(each), isThere ? each + 101 : GONE);
  const state = new LayeredCollectionState(catalog, 0, base, numberTree(), overlay, new IndexSlots());
  return new IdsView(definition, state);
}

function expected(all: readonly IndexEntry[], options: KeyRange): IndexEntry[] {
  const { from, fromInclusive = true, to, toInclusive = true, reverse = false } = options;
  const found = all.filter(({ key }) => {
    if (from !== undefined && (fromInclusive ? key < from : key <= from)) return false;
    return to === undefined || (toInclusive ? key <= to : key < to);
  });
  return reverse ? found.reverse() : found;
}

it('the ids of a snapshot and of what changed since read as one index', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(id),
      fc.array(fc.tuple(id, fc.boolean())),
      fc.array(range, { minLength: 1, maxLength: 5 }),
      async (below, changes, ranges) => {
        const above = new Map(changes);
        const ids = await view(below, above);
        const all = [...new Set([...below, ...above.keys()])]
          .filter((each) => above.get(each) !== false)
          .map((each) => ({ key: idKey(each), record: above.has(each) ? each + 101 : each + 1 }))
          .sort((a, b) => (a.key < b.key ? -1 : 1));
        for (const each of ranges) {
          const found: IndexEntry[] = [];
          const scan = ids.scan({ ...each, batchSize: 3 });
          for (let batch = await scan.next(); batch; batch = await scan.next()) found.push(...batch);
          const wanted = expected(all, each);
          assert.deepEqual(found, wanted);
          if (each.from !== undefined) assert.equal(await ids.count(each, 1_000), wanted.length);
        }
      },
    ),
    { numRuns: 200 },
  );
});

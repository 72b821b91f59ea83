import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { diff } from './differ';
import type { Key } from './key';
import { NodeStore } from './node-store';
import { type KeyCase, editsOf, numberCase, rangesOf, stringCase } from './testing/arbitrary-edits';
import { DelayedChunkStore } from './testing/delayed-chunk-store';
import { MemoryChunkStore } from './testing/memory-chunk-store';
import { allOf, builtOf, itemsOf } from './testing/reading';
import { SortedMap } from './testing/sorted-map';
import { Tree } from './tree';

const MIB = 1024 * 1024;

/** Chunk stores that answer at once or later, caches that hold everything, little, or nothing. */
const stores: readonly [string, () => NodeStore][] = [
  ['in memory', () => new NodeStore(new MemoryChunkStore(), 64 * MIB)],
  ['with a small cache', () => new NodeStore(new MemoryChunkStore(), 40_000)],
  ['without a cache', () => new NodeStore(new MemoryChunkStore(), 0)],
  ['asynchronous', () => new NodeStore(new DelayedChunkStore(new MemoryChunkStore()), 64 * MIB)],
  ['asynchronous, small cache', () => new NodeStore(new DelayedChunkStore(new MemoryChunkStore()), 40_000)],
];

const cases = [numberCase, stringCase] as unknown as readonly KeyCase<Key>[];

describe.each(cases)('a tree of $kind keys', (keyCase) => {
  const { kind, keys } = keyCase;
  const empty = (nodes: NodeStore): Tree => Tree.empty(nodes, kind as 'number');

  it.each(stores)('reads as a sorted map does, %s', async (name, storeOf) => {
    const numRuns = name.startsWith('asynchronous') ? 12 : 25;
    await fc.assert(
      fc.asyncProperty(
        fc.array(editsOf(keyCase), { minLength: 1, maxLength: 6 }),
        fc.array(rangesOf(keyCase), { minLength: 1, maxLength: 6 }),
        fc.array(keys, { maxLength: 20 }),
        async (steps, ranges, wanted) => {
          const nodes = storeOf();
          let tree = empty(nodes);
          let map = new SortedMap<Key>();
          for (const edits of steps) {
            tree = await tree.edit(edits);
            map = map.edited(edits);
            await nodes.flush();
          }
          // Nothing is in memory that another process would not have.
          tree = Tree.at(nodes, kind as 'number', tree.root);
          assert.equal(tree.count, map.items.size);
          for (const range of ranges) {
            const expected = map.range(range);
            assert.deepEqual(await itemsOf(tree.scan(range)), expected);
            assert.equal(await tree.countRange(range), expected.length);
          }
          const all = map.sorted();
          assert.equal(await tree.firstKey(), all[0]?.[0]);
          assert.equal(await tree.lastKey(), all.at(-1)?.[0]);
          const some = [...new Set([...wanted, ...all.filter((_, i) => i % 37 === 0).map(([key]) => key)])];
          some.sort((a, b) => (a < b ? -1 : 1));
          const values = some.map((key) => map.items.get(key));
          assert.deepEqual(await tree.getMany(some), values);
          assert.deepEqual(await Promise.all(some.map((key) => tree.get(key))), values);
        },
      ),
      { numRuns },
    );
  });

  it('has the same root whatever way its content came about', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(editsOf(keyCase), { minLength: 1, maxLength: 8 }), async (steps) => {
        const nodes = new NodeStore(new MemoryChunkStore(), 64 * MIB);
        let tree = empty(nodes);
        let map = new SortedMap<Key>();
        for (const edits of steps) {
          const before = { tree, map };
          tree = await tree.edit(edits);
          map = map.edited(edits);
          assert.deepEqual(tree.root, (await builtOf(nodes, kind, map)).root);

          const undo = before.map.differences(map).map(({ key, before: value }) => ({ key, value }));
          assert.deepEqual((await tree.edit(undo)).root, before.tree.root);
        }
        const gone = await tree.edit(map.sorted().map(([key]) => ({ key, value: undefined })));
        assert.deepEqual(gone.root, { hash: null, count: 0 });
      }),
      { numRuns: 40 },
    );
  });

  it.each(stores)(
    'differs from another by what a comparison of all items says, %s',
    async (name, storeOf) => {
      const numRuns = name.startsWith('asynchronous') ? 10 : 20;
      await fc.assert(
        fc.asyncProperty(
          fc.array(editsOf(keyCase), { maxLength: 4 }),
          editsOf(keyCase),
          editsOf(keyCase),
          async (common, ofOne, ofOther) => {
            const nodes = storeOf();
            let base = empty(nodes);
            let map = new SortedMap<Key>();
            for (const edits of common) {
              base = await base.edit(edits);
              map = map.edited(edits);
            }
            const one = await base.edit(ofOne);
            const other = await base.edit(ofOther);
            await nodes.flush();
            const oneMap = map.edited(ofOne);
            const otherMap = map.edited(ofOther);
            assert.deepEqual((await allOf(diff(one, other))).flat(), oneMap.differences(otherMap));
            assert.deepEqual((await allOf(diff(other, base))).flat(), otherMap.differences(map));
          },
        ),
        { numRuns },
      );
    },
  );
});

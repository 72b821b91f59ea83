import assert from 'node:assert/strict';
import { encodeDocument, encodeKey, type DocumentLike } from '@argon/bson';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { IndexUnsupportedError } from '../errors';
import { indexDefinition } from '../state/index-definition';
import { toDoc } from '@argon/bson';
import { IndexTree } from './index-tree';
import { keyExtractor } from './key-extractor';

function emptyTree(specification: DocumentLike): IndexTree {
  const definition = indexDefinition(toDoc({ v: 2, name: 'i', ...specification }));
  return IndexTree.empty(definition, keyExtractor(definition));
}

function treeOf(specification: DocumentLike, documents: Readonly<Record<number, DocumentLike>>): IndexTree {
  const changes = Object.entries(documents).map(([record, document]) => ({
    record: Number(record),
    document: encodeDocument(document),
  }));
  return emptyTree(specification).with(changes);
}

describe('an index tree', () => {
  it('finds records by key, arrays by each item, and missing fields as null', () => {
    const tree = treeOf(
      { key: { x: 1 } },
      { 1: { x: 5 }, 2: { x: [5, 6] }, 3: {}, 4: { x: null }, 5: { x: 'a' } },
    );
    assert.deepEqual(tree.find(encodeKey([5])), [1, 2]);
    assert.deepEqual(tree.find(encodeKey([6])), [2]);
    assert.deepEqual(tree.find(encodeKey([null])), [3, 4]);
    assert.deepEqual(tree.find(encodeKey([7])), []);
    assert.deepEqual(tree.keysOfRecord(2), [encodeKey([5]), encodeKey([6])]);
    assert.deepEqual([tree.keyCount, tree.recordCount], [4, 5]);
  });

  it('knows for good which fields led through arrays', () => {
    const tree = treeOf({ key: { 'x.y': 1, z: 1 } }, { 1: { x: { y: 1 } } });
    assert.deepEqual(tree.multikey, [0, 0]);
    const array = tree.with([{ record: 2, document: encodeDocument({ x: [{ y: 2 }] }) }]);
    assert.deepEqual(array.multikey, [1, 0]);
    assert.deepEqual(array.with([{ record: 2, document: null }]).multikey, [1, 0]);
    assert.deepEqual(tree.multikey, [0, 0]);
  });

  it('follows changes without the documents’ previous versions, and never changes itself', () => {
    const tree = treeOf({ key: { x: 1 } }, { 1: { x: [1, 2] }, 2: { x: 2 } });
    const next = tree.with([
      { record: 1, document: encodeDocument({ x: [2, 3] }) },
      { record: 2, document: null },
    ]);
    const pairs = (of: IndexTree) => [...of.range()].map(({ key, record }) => [key, record]);
    assert.deepEqual(pairs(next), [
      [encodeKey([2]), 1],
      [encodeKey([3]), 1],
    ]);
    assert.deepEqual(pairs(tree), [
      [encodeKey([1]), 1],
      [encodeKey([2]), 1],
      [encodeKey([2]), 2],
    ]);
    assert.equal(next.recordCount, 1);
  });

  it('knows what a unique index would refuse', () => {
    const tree = treeOf({ key: { x: 1 }, unique: true }, { 1: { x: 1 }, 2: { x: 2 } });
    assert.equal(tree.firstDuplicate(), undefined);
    assert.equal(tree.conflict(encodeKey([1])), 1);
    assert.equal(tree.conflict(encodeKey([1]), 1), undefined);
    assert.equal(tree.conflict(encodeKey([3])), undefined);
    const twice = tree.with([{ record: 9, document: encodeDocument({ x: 1 }) }]);
    assert.equal(twice.conflict(encodeKey([1]), 1), 9);
    assert.deepEqual(twice.firstDuplicate(), { key: encodeKey([1]), records: [1, 9] });
  });

  it('leaves out of a sparse index what has none of its fields', () => {
    const tree = treeOf({ key: { x: 1, y: 1 }, sparse: true }, { 1: { x: 1 }, 2: {}, 3: { y: null } });
    assert.deepEqual(
      [1, 2, 3].map((record) => tree.keysOfRecord(record).length),
      [1, 0, 1],
    );
  });

  it('reads ranges of compound keys with directions, both ways', () => {
    const documents = { 1: { a: 1, b: 1 }, 2: { a: 1, b: 2 }, 3: { a: 2, b: 1 }, 4: { a: 1, b: 1 } };
    const tree = treeOf({ key: { a: 1, b: -1 } }, documents);
    const records = (range: Parameters<IndexTree['range']>[0]) =>
      [...tree.range(range)].map(({ record }) => record);
    const key = (a: number, b: number) => encodeKey([a, b], [1, -1]);
    assert.deepEqual(records({}), [2, 1, 4, 3]);
    assert.deepEqual(records({ reverse: true }), [3, 4, 1, 2]);
    assert.deepEqual(records({ from: key(1, 1) }), [1, 4, 3]);
    assert.deepEqual(records({ from: key(1, 1), fromInclusive: false }), [3]);
    assert.deepEqual(records({ to: key(1, 1), toInclusive: false }), [2]);
    assert.deepEqual(records({ from: key(1, 1), to: key(1, 1), reverse: true }), [4, 1]);
    assert.deepEqual(records({ to: key(2, 1), toInclusive: false, reverse: true }), [4, 1, 2]);
  });

  it('stays right and unchanged with many records under one key (property)', () => {
    const step = fc.record({
      record: fc.integer({ min: 1, max: 80 }),
      x: fc.option(fc.integer({ min: 0, max: 2 })),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        let tree = emptyTree({ key: { x: 1 } });
        const model = new Map<number, number>();
        const kept: { tree: IndexTree; listed: string }[] = [];
        for (const { record, x } of steps) {
          tree = tree.with([{ record, document: x === null ? null : encodeDocument({ x }) }]);
          if (x === null) model.delete(record);
          else model.set(record, x);
          const listed = [...model].sort((a, b) => a[1] - b[1] || a[0] - b[0]).map(([each]) => each);
          kept.push({ tree, listed: listed.join() });
        }
        for (const { tree: then, listed } of kept) {
          assert.equal([...then.range()].map(({ record }) => record).join(), listed);
        }
      }),
      { numRuns: 30 },
    );
  });

  it.each<[string, DocumentLike]>([
    ['text', { key: { x: 'text' } }],
    ['with a collation of another version', { key: { x: 1 }, collation: { locale: 'de', version: '1.0' } }],
    ['partial, without a matcher', { key: { x: 1 }, partialFilterExpression: { x: 1 } }],
  ])('refuses an index that is %s', (_, specification) => {
    assert.throws(() => emptyTree(specification), IndexUnsupportedError);
  });
});

import { describe, expect, it } from 'vitest';
import { encodeDocument, toDoc } from '@argon/bson';
import type { DocumentLike } from '@argon/bson';
import { SortBuffer } from './buffer';
import { compileSort } from './compile';

function sortedIds(spec: DocumentLike, documents: readonly DocumentLike[], limit?: number): number[] {
  const sorter = compileSort(toDoc(spec));
  const buffer = new SortBuffer<number>({ limit });
  documents.forEach((document, id) => buffer.add(sorter.key(encodeDocument(document)), id, 1));
  return buffer.sorted();
}

describe('compileSort', () => {
  it('sorts by value, missing and null first', () => {
    expect(sortedIds({ a: 1 }, [{ a: 'x' }, { a: 2 }, {}, { a: 1.5 }])).toEqual([2, 3, 1, 0]);
    expect(sortedIds({ a: -1 }, [{ a: 'x' }, { a: 2 }, {}, { a: 1.5 }])).toEqual([0, 1, 3, 2]);
  });

  it('sorts arrays by their least item, or their greatest when descending', () => {
    const documents = [{ a: [5, 1] }, { a: 3 }, { a: [] }, { a: [9] }];
    expect(sortedIds({ a: 1 }, documents)).toEqual([2, 0, 1, 3]);
    expect(sortedIds({ a: -1 }, documents)).toEqual([3, 0, 1, 2]);
  });

  it('takes paths through one array together', () => {
    const documents = [
      {
        a: [
          { x: 1, y: 9 },
          { x: 2, y: 0 },
        ],
      },
      { a: { x: 1, y: 5 } },
    ];
    expect(sortedIds({ 'a.x': 1, 'a.y': 1 }, documents)).toEqual([1, 0]);
  });

  it('keeps the order of equal documents, and only as many as are wanted', () => {
    const documents = [{ a: 2 }, { a: 1 }, { a: 2 }, { a: 1 }, { a: 0 }];
    expect(sortedIds({ a: 1 }, documents)).toEqual([4, 1, 3, 0, 2]);
    expect(sortedIds({ a: 1 }, documents, 3)).toEqual([4, 1, 3]);
  });

  it('gives the values behind a key', () => {
    expect(compileSort(toDoc({ a: -1, b: 1 })).values(encodeDocument({ a: [1, 2] }))).toEqual([2, null]);
  });

  it('knows $natural', () => {
    expect(compileSort(toDoc({ $natural: -1 })).natural).toBe(-1);
    expect(compileSort(toDoc({})).identity).toBe(true);
  });

  it.each<[DocumentLike, string]>([
    [{ a: 2 }, '$sort key ordering must be 1 (for ascending) or -1 (for descending)'],
    [{ a: 'x' }, 'Illegal key in $sort specification: a: "x"'],
    [{ $natural: 1, a: 1 }, "Cannot include '$natural' in compound sort: { $natural: 1, a: 1 }"],
    [{ 'a..b': 1 }, 'FieldPath field names may not be empty strings.'],
  ])('refuses %j', (spec, message) => {
    expect(() => compileSort(toDoc(spec))).toThrow(message);
  });

  it('refuses to sort by two arrays at once', () => {
    expect(() => sortedIds({ a: 1, b: 1 }, [{ a: [1], b: [2] }])).toThrow(
      'cannot sort with keys that are parallel arrays',
    );
  });
});

describe('SortBuffer', () => {
  it('refuses to grow beyond its memory unless it may use the disk', () => {
    const small = new SortBuffer<string>({ maxBytes: 10 });
    small.add('a', 'a', 6);
    expect(() => small.add('b', 'b', 6)).toThrow('Sort exceeded memory limit of 10 bytes');
    const large = new SortBuffer<string>({ maxBytes: 10, allowDiskUse: true });
    for (const key of ['c', 'a', 'b']) large.add(key, key, 6);
    expect(large.sorted()).toEqual(['a', 'b', 'c']);
  });
});

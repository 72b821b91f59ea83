import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encodeDocument } from '../document/encode';
import { parseEjson } from '../ejson/parse';
import { encodeKey } from '../key/encode-key';
import { BsonUndefined, RawDocument } from '../value';
import type { Doc, Value } from '../value';
import {
  AmbiguousIndexFieldError,
  CannotIndexParallelArraysError,
  indexKeys,
  indexValues,
} from './index-keys';
import { distinctValuesAtPath, valuesAtPath } from './values-at-path';

const path = (text: string): string[] => text.split('.');

describe('valuesAtPath', () => {
  it.each<[object, string, unknown[]]>([
    [{ a: 1 }, 'a', [1]],
    [{ a: 1 }, 'a.b', []],
    [{}, 'a', []],
    [{ a: [1, 2] }, 'a', [1, 2, [1, 2]]],
    [{ a: [] }, 'a', [[]]],
    [{ a: [{ b: 1 }, { b: [2, 3] }, 5] }, 'a.b', [1, 2, 3, [2, 3]]],
    [{ a: [[{ b: 1 }]] }, 'a.b', []],
    [{ a: [[{ b: 1 }]] }, 'a.0.b', [1]],
    [{ a: [{ b: 1 }, { b: 2 }] }, 'a.1.b', [2]],
    [{ a: [{ '1': 'name' }, 'item'] }, 'a.1', ['name', 'item']],
    [{ a: [[1, 2]] }, 'a.0', [[1, 2]]],
    [{ a: ['x'] }, 'a.00', []],
  ])('%j at %s', (object, at, expected) => {
    const bytes = encodeDocument(object as { [field: string]: unknown });
    expect(valuesAtPath(bytes, path(at))).toEqual(expected);
  });

  it('reads decoded documents with raw ones inside', () => {
    const doc: Doc = new Map([['a', new RawDocument(encodeDocument({ b: { c: 1 } }))]]);
    expect(valuesAtPath(doc, ['a', 'b', 'c'])).toEqual([1]);
  });
});

describe('distinctValuesAtPath', () => {
  it.each<[object, string, unknown[]]>([
    [{ a: [1, [2]] }, 'a', [1, [2]]],
    [{ a: [] }, 'a', []],
    [{ a: [{ b: 1 }, { b: [2, 3] }] }, 'a.b', [1, 2, 3]],
    [{ a: [{ '0': 'name' }, 'item'] }, 'a.1', ['item']],
    [{ a: { '1': 'name' } }, 'a.1', ['name']],
  ])('%j at %s', (object, at, expected) => {
    const bytes = encodeDocument(object as { [field: string]: unknown });
    expect(distinctValuesAtPath(bytes, path(at))).toEqual(expected);
  });
});

describe('indexKeys', () => {
  it('are those that mongod 6.0.5 keeps, and its errors', () => {
    const file = readFileSync(new URL('../testing/mongod-index-keys.ejson', import.meta.url), 'utf8');
    const rows = parseEjson(file) as [Doc, string[], boolean, Value[][] | number][];
    expect(rows.length).toBeGreaterThan(80);
    for (const [doc, paths, sparse, expected] of rows) {
      const keys = (): string[] => indexKeys(encodeDocument(doc), paths, { sparse }).sort();
      if (expected === 171) expect(keys).toThrow(CannotIndexParallelArraysError);
      else if (expected === 16746) expect(keys).toThrow(AmbiguousIndexFieldError);
      else expect(keys()).toEqual((expected as Value[][]).map((values) => encodeKey(values)).sort());
    }
  });

  it('missing is null, an empty array is undefined, duplicates are one', () => {
    expect(indexValues(new Map(), ['a', 'b'])).toEqual([[null, null]]);
    expect(indexValues(new Map([['a', []]]), ['a'])).toEqual([[BsonUndefined.VALUE]]);
    expect(indexKeys(encodeDocument({ a: [1, 1, 2] }), ['a'])).toHaveLength(2);
  });

  it('sparse leaves out a document only if it has none of the fields', () => {
    expect(indexKeys(encodeDocument({ c: 1 }), ['a', 'b'], { sparse: true })).toEqual([]);
    expect(indexKeys(encodeDocument({ b: 1 }), ['a', 'b'], { sparse: true })).toEqual([encodeKey([null, 1])]);
    expect(indexKeys(encodeDocument({ a: null }), ['a'], { sparse: true })).toHaveLength(1);
  });

  it('tells which parts of the paths lead through arrays', () => {
    const multikey = [0, 0, 0];
    const seen = { multikey, forms: [0, 0, 0] };
    indexKeys(encodeDocument({ a: { b: [{ c: 1 }] }, d: 1 }), ['a.b.c', 'a.x', 'd'], { seen });
    expect(multikey).toEqual([0b10, 0, 0]);
    indexKeys(encodeDocument({ a: [{ b: [] }] }), ['a.b.c', 'a.x', 'd'], { seen });
    expect(multikey).toEqual([0b11, 0b1, 0]);
    indexKeys(encodeDocument({ d: [1, 2] }), ['a.b.c', 'a.x', 'd'], { seen });
    expect(multikey).toEqual([0b11, 0b1, 0b1]);
  });

  it('takes directions', () => {
    const bytes = encodeDocument({ a: 1, b: 'x' });
    expect(indexKeys(bytes, ['a', 'b'], { directions: [1, -1] })).toEqual([encodeKey([1, 'x'], [1, -1])]);
  });

  it('names the fields of parallel arrays as mongod does', () => {
    const bytes = encodeDocument({ a: [1], b: { c: [2] } });
    expect(() => indexKeys(bytes, ['a', 'b.c'])).toThrow('cannot index parallel arrays [c] [a]');
  });
});

import { describe, expect, it } from 'vitest';
import { decodeDocument, Double, encodeDocument, fromDoc, toDoc } from '@argon/bson';
import type { DocumentLike } from '@argon/bson';
import { CommandError } from '../handler/errors';
import { compileProjection } from './compile';

const document = {
  _id: 1,
  a: new Double(1),
  b: { c: 1, d: 2 },
  arr: [{ x: 1, y: 1 }, 5, { x: 2, y: 2 }],
  z: 's',
};

function project(spec: DocumentLike, position?: number): unknown {
  const bytes = compileProjection(toDoc(spec)).project(encodeDocument(document), position);
  return JSON.parse(JSON.stringify(fromDoc(decodeDocument(bytes))));
}

describe('compileProjection', () => {
  it('includes fields in the document’s order, and _id unless told otherwise', () => {
    expect(JSON.stringify(project({ z: 1, 'b.d': 1 }))).toBe('{"_id":1,"b":{"d":2},"z":"s"}');
    expect(project({ _id: 0, b: { c: 1 } })).toEqual({ b: { c: 1 } });
    expect(project({ 'arr.x': 1 })).toEqual({ _id: 1, arr: [{ x: 1 }, { x: 2 }] });
  });

  it('excludes fields and copies all others byte for byte', () => {
    expect(project({ 'arr.x': 0, b: 0, a: 0 })).toEqual({ _id: 1, arr: [{ y: 1 }, 5, { y: 2 }], z: 's' });
    const bytes = compileProjection(toDoc({ b: 0, arr: 0, z: 0 })).project(encodeDocument(document));
    expect(Buffer.from(bytes)).toEqual(encodeDocument({ _id: 1, a: new Double(1) }));
  });

  it('cuts arrays', () => {
    expect(project({ arr: { $slice: 1 }, z: 1 })).toEqual({ _id: 1, arr: [{ x: 1, y: 1 }], z: 's' });
    expect(project({ arr: { $slice: [-2, 1] }, z: 1 })).toEqual({ _id: 1, arr: [5], z: 's' });
    expect(project({ arr: { $elemMatch: { x: 2 } } })).toEqual({ _id: 1, arr: [{ x: 2, y: 2 }] });
    expect(project({ 'arr.$': 1 }, 2)).toEqual({ _id: 1, arr: [{ x: 2, y: 2 }] });
  });

  it('computes fields and appends them', () => {
    expect(JSON.stringify(project({ q: '$z', b: 1, a: 'text' }))).toBe(
      '{"_id":1,"b":{"c":1,"d":2},"q":"s","a":"text"}',
    );
  });

  it('passes on what is known of the document beside its fields', () => {
    const projector = compileProjection(toDoc({ _id: 1, key: { $meta: 'sortKey' } }));
    expect(projector.needs.has('sortKey')).toBe(true);
    const bytes = projector.project(encodeDocument(document), undefined, { sortKey: [5] });
    expect(fromDoc(decodeDocument(bytes))).toEqual({ _id: 1, key: [5] });
  });

  it.each<[DocumentLike, number, string]>([
    [{ a: 1, b: 0 }, 31254, 'Cannot do exclusion on field b in inclusion projection'],
    [{ a: 0, b: 1 }, 31253, 'Cannot do inclusion on field b in exclusion projection'],
    [{ a: 1, 'a.b': 1 }, 31249, 'Path collision at a.b remaining portion b'],
    [{ 'a.b': 1, a: 1 }, 31250, 'Path collision at a'],
    [{ a: {} }, 51270, 'An empty sub-projection is not a valid value. Found empty object at path'],
    [{ a: { $foo: 1 } }, 31325, 'Unknown expression $foo'],
    [{ 'a.b': { $elemMatch: {} } }, 31275, 'Cannot use $elemMatch projection on a nested field.'],
    [{ 'a.$': 1, 'b.$': 1 }, 31276, 'Cannot specify more than one positional projection per query.'],
  ])('refuses %j as mongod does', (spec, code, message) => {
    expect(() => compileProjection(toDoc(spec))).toThrow(new CommandError(code, message));
  });

  it('fails where the filter matched in no array', () => {
    expect(() => project({ 'arr.$': 1 })).toThrow(
      "positional operator '.$' couldn't find a matching element",
    );
  });
});

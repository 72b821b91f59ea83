import { describe, expect, it } from 'vitest';
import { BSONRegExp, decodeDocument, encodeDocument, Long, ObjectId, toDoc } from '@argon/bson';
import type { DocumentLike, Value } from '@argon/bson';
import { CommandError } from '../handler/errors';
import { compileFilter } from './compile';

/** Asks both forms of the matcher, which must agree. */
function matches(filter: DocumentLike, document: DocumentLike): boolean {
  const matcher = compileFilter(toDoc(filter));
  const bytes = encodeDocument(document);
  const raw = matcher.matches(bytes);
  expect(matcher.matches(decodeDocument(bytes))).toBe(raw);
  return raw;
}

function refusal(filter: DocumentLike): string {
  try {
    compileFilter(toDoc(filter));
  } catch (error) {
    if (error instanceof CommandError) return `${error.mongoCode} ${error.message}`;
    throw error;
  }
  return 'accepted';
}

describe('compileFilter', () => {
  it('traverses arrays at every level, and indexes them where a part is a number', () => {
    const document = { a: [{ b: [1, 2] }, { b: 3 }, [{ b: 4 }]] };
    expect(matches({ 'a.b': 2 }, document)).toBe(true);
    expect(matches({ 'a.b': 4 }, document)).toBe(false);
    expect(matches({ 'a.1.b': 3 }, document)).toBe(true);
    expect(matches({ 'a.2.b': 4 }, document)).toBe(true);
    expect(matches({ 'a.2.0.b': 4 }, document)).toBe(true);
    expect(matches({ 'a.b': [1, 2] }, document)).toBe(true);
  });

  it('finds null where nothing is', () => {
    expect(matches({ a: null }, {})).toBe(true);
    expect(matches({ 'a.b': null }, { a: 5 })).toBe(true);
    expect(matches({ 'a.b': null }, { a: [5] })).toBe(false);
    expect(matches({ a: { $in: [null] } }, {})).toBe(true);
    expect(matches({ a: { $exists: false } }, { a: null })).toBe(false);
  });

  it('keeps to the operand’s type', () => {
    expect(matches({ a: { $lt: 5 } }, { a: 'x' })).toBe(false);
    expect(matches({ a: { $gte: Long.fromNumber(5) } }, { a: 5.5 })).toBe(true);
    expect(matches({ a: { $lte: NaN } }, { a: NaN })).toBe(true);
    expect(matches({ a: { $gt: NaN } }, { a: 1 })).toBe(false);
  });

  it('negates over the whole array', () => {
    expect(matches({ a: { $ne: 2 } }, { a: [1, 2] })).toBe(false);
    expect(matches({ a: { $not: { $gt: 3 } } }, { a: [1, 2] })).toBe(true);
    expect(matches({ a: { $nin: [7] } }, {})).toBe(true);
  });

  it('compares embedded documents field by field, in order', () => {
    expect(matches({ a: { x: 1, y: 2 } }, { a: { x: 1, y: 2 } })).toBe(true);
    expect(matches({ a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 } })).toBe(false);
  });

  it('tells where in an array it matched', () => {
    const position = (filter: DocumentLike, document: DocumentLike) =>
      compileFilter(toDoc(filter)).matchesWithPosition(encodeDocument(document));
    expect(position({ a: 3 }, { a: [1, 3] })).toEqual({ matched: true, position: 1 });
    expect(position({ 'a.b': 2 }, { a: [{ b: 1 }, { b: [5, 2] }] })).toEqual({ matched: true, position: 1 });
    expect(position({ a: { $elemMatch: { $gt: 4 } } }, { a: [1, 5] })).toEqual({
      matched: true,
      position: 1,
    });
    expect(position({ a: 3 }, { a: 3 })).toEqual({ matched: true });
    expect(position({ a: 3 }, { a: [1] })).toEqual({ matched: false });
  });

  it('knows filters that pin _id', () => {
    const id = new ObjectId();
    const pinned = (filter: DocumentLike) => compileFilter(toDoc(filter)).idEquality;
    expect(pinned({ _id: id })).toEqual(id);
    expect(pinned({ _id: { $eq: 5 }, x: 1 })).toBe(5);
    expect(pinned({ $and: [{ x: 1 }, { _id: 5 }] })).toBe(5);
    expect(pinned({ _id: { a: 1 } })).toEqual(new Map([['a', 1]]));
    expect(pinned({ _id: new BSONRegExp('a') })).toBeUndefined();
    expect(pinned({ _id: { $gt: 5 } })).toBeUndefined();
    expect(pinned({ $or: [{ _id: 5 }, { x: 1 }] })).toBeUndefined();
    expect(compileFilter(new Map()).always).toBe(true);
  });

  it('says what an upsert starts with', () => {
    const equalities = (filter: DocumentLike): [string, Value][] => [
      ...compileFilter(toDoc(filter)).equalities(),
    ];
    expect(equalities({ a: 1, 'b.c': { $eq: 2 }, d: { $gt: 3 }, $and: [{ e: { $in: [4] } }] })).toEqual([
      ['a', 1],
      ['b.c', 2],
      ['e', 4],
    ]);
    expect(equalities({ $or: [{ a: 1 }, { b: 1 }] })).toEqual([]);
    expect(() => equalities({ $and: [{ a: 1 }, { a: 2 }] })).toThrow(
      "cannot infer query fields to set, path 'a' is matched twice",
    );
    expect(() => equalities({ 'a.b': 1, a: { b: 1 } })).toThrow("both paths 'a.b' and 'a' are matched");
  });

  it.each<[DocumentLike, string]>([
    [{ a: { $foo: 1 } }, '2 unknown operator: $foo'],
    [
      { $foo: 1 },
      "2 unknown top level operator: $foo. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.",
    ],
    [{ $or: [] }, '2 $and/$or/$nor must be a nonempty array'],
    [{ $and: [1] }, '2 $or/$and/$nor entries need to be full objects'],
    [{ a: { $in: 1 } }, '2 $in needs an array'],
    [{ a: { $in: [{ $gt: 1 }] } }, '2 cannot nest $ under $in'],
    [{ a: { $not: 1 } }, '2 $not needs a regex or a document'],
    [{ a: { $size: 1.5 } }, '2 Failed to parse $size. Expected an integer: $size: 1.5'],
    [{ a: { $type: 'foo' } }, '2 Unknown type name alias: foo'],
    [{ a: { $mod: [0, 1] } }, '2 divisor cannot be 0'],
    [{ $jsonSchema: { properties: { a: { multipleOf: Infinity } } } }, '2 divisor cannot be infinite'],
    [{ $jsonSchema: { properties: { a: { multipleOf: NaN } } } }, '2 divisor cannot be NaN'],
    [{ a: { $regex: '(' } }, '51091 Regular expression is invalid: missing )'],
    [{ a: { $regex: 'a', $options: 'z' } }, '51108  invalid flag in regex options: z'],
    [{ a: { $gt: new BSONRegExp('a') } }, "2 Can't have RegEx as arg to predicate over field 'a'."],
    [{ $where: '1' }, '2 no globalScriptEngine in $where parsing'],
    [{ $nor: [{ $text: { $search: 'x' } }] }, '2 text expression not allowed in nor'],
    [{ $or: [{ a: { $near: [1, 2] } }, { b: 1 }] }, '2 geo $near must be top-level expr'],
    [{ a: { $elemMatch: { $expr: 1 } } }, '2 $expr can only be applied to the top-level document'],
    [{ $jsonSchema: { type: 'integer' } }, "9 $jsonSchema type 'integer' is not currently supported."],
  ])('refuses %j as mongod does', (filter, message) => {
    expect(refusal(filter)).toBe(message);
  });
});

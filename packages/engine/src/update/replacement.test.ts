import { parseEjson, stringifyEjson, type Doc, type Value } from '@argon/bson';
import { describe, expect, it } from 'vitest';
import { CommandError } from '../handler/errors';
import { compileUpdate } from './compile';
import { doc, modifies, updated } from './testing/shell';
import { upsertDocument } from './upsert';

describe('a replacement', () => {
  it('keeps the _id and puts it first', () => {
    expect(updated('{"_id":1,"a":1}', '{"b":1}')).toBe('{"_id":1,"b":1}');
    expect(updated('{"_id":1,"a":1}', '{"b":1,"_id":1}')).toBe('{"_id":1,"b":1}');
    expect(updated('{"_id":1}', '{"_id":2}')).toBe(
      "66: After applying the update, the (immutable) field '_id' was found to have been altered to _id: 2",
    );
  });

  it('is no modification only if it is the whole document already', () => {
    expect(modifies('{"_id":1,"a":1}', '{"_id":1,"a":1}')).toBe(false);
    expect(modifies('{"_id":1,"a":1}', '{"a":1}')).toBe(true);
  });

  it('puts the time in place of an empty timestamp at the top level', () => {
    const empty = '{"$timestamp":{"t":0,"i":0}}';
    expect(
      updated('{"_id":1}', `{"a":${empty},"b":[${empty}]}`, { now: new Date(4_000_000_000_000) }),
    ).toMatch(
      /^{"_id":1,"a":{"\$timestamp":{"t":4000000000,"i":\d+}},"b":\[{"\$timestamp":{"t":0,"i":0}}\]}$/,
    );
  });

  it('has no name with $ in front', () => {
    expect(updated('{"_id":1}', '{"a":1,"$set":{"b":1}}')).toMatch(/^52: /);
  });
});

describe('a pipeline', () => {
  it('changes one stage after the other and keeps the _id', () => {
    expect(updated('{"_id":1,"a":2}', '[{"$set":{"b":{"$add":["$a",1]}}},{"$unset":"a"}]')).toBe(
      '{"_id":1,"b":3}',
    );
    expect(updated('{"_id":1,"a":2}', '[{"$replaceWith":{"c":"$a"}}]')).toBe('{"_id":1,"c":2}');
    expect(updated('{"_id":1,"a":2}', '[{"$set":{"_id":3}}]')).toMatch(/^66: /);
    expect(modifies('{"_id":1,"a":2}', '[{"$set":{"a":2}}]')).toBe(false);
    expect(updated('{"_id":1}', '[{"$set":{"t":"$$NOW"}}]', { now: new Date(5000) })).toBe(
      '{"_id":1,"t":{"$date":"1970-01-01T00:00:05Z"}}',
    );
    expect(updated('{"_id":1}', '[{"$match":{}}]')).toBe(
      '72: $match is not allowed to be used within an update',
    );
  });
});

describe('an upsert', () => {
  const upserted = (update: string, equalities: Record<string, Value>): string => {
    try {
      const compiled = compileUpdate(parseEjson(update) as Doc);
      return stringifyEjson(upsertDocument(compiled, new Map(Object.entries(equalities)), new Date(0)));
    } catch (error) {
      if (error instanceof CommandError) return `${error.mongoCode}: ${error.message}`;
      throw error;
    }
  };

  it('starts from the equalities, in the order of their paths, with _id first', () => {
    expect(upserted('{"$set":{"b":1}}', { 'c.d': 5, a: 2, 'c.b': 3, _id: 7 })).toBe(
      '{"_id":7,"a":2,"c":{"b":3,"d":5},"b":1}',
    );
    expect(upserted('{"$set":{"x":1}}', { B: 1, 'a.0': 1 })).toBe('{"B":1,"a":{"0":1},"x":1}');
  });

  it('applies $setOnInsert', () => {
    expect(upserted('{"$setOnInsert":{"a":5,"x.y":1},"$inc":{"n":1}}', { a: 1 })).toBe(
      '{"a":5,"n":1,"x":{"y":1}}',
    );
    expect(updated('{"a":1}', '{"$setOnInsert":{"a":5,"a_.$[]":1}}')).toMatch(/^2: The path 'a_' must exist/);
  });

  it('takes an _id from the filter or the update, but not two', () => {
    expect(upserted('{"$set":{"_id":7}}', { a: 1 })).toBe('{"_id":7,"a":1}');
    expect(upserted('{"$set":{"_id":7}}', { _id: 1 })).toMatch(/^66: /);
    expect(upserted('{"a":1}', { _id: 5, b: 1 })).toBe('{"_id":5,"a":1}');
    expect(upserted('{"a":1}', { '_id.x': 5 })).toBe(
      "111: field at '_id' must be exactly specified, field at sub-path '_id.x'found",
    );
    expect(upserted('{"$set":{"a":1}}', { _id: [1] })).toBe("53: The '_id' value cannot be of type array");
    expect(upserted('{"$set":{"a":1}}', { _id: doc('{"x":{"$a":1}}') })).toBe(
      "52: _id fields may not contain '$'-prefixed fields: $a is not valid for storage.",
    );
  });
});

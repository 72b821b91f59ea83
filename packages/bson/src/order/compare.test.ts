import { readFileSync } from 'node:fs';
import { ObjectId, Double, Long, UUID } from 'bson';
import { describe, expect, it } from 'vitest';
import { encodeDocument } from '../document/encode';
import { parseEjson } from '../ejson/parse';
import { stringifyEjson } from '../ejson/stringify';
import { idKey } from '../key/encode-key';
import { DBPointer, RawDocument } from '../value';
import type { Value } from '../value';
import { compareValues, valuesEqual } from './compare';
import { bsonTypeName, bsonTypeNumber, canonicalType } from './types';

/** Groups of equal values in ascending order, as mongod 6.0.5's `$cmp` has them. */
const groups = parseEjson(
  readFileSync(new URL('../testing/mongod-order.ejson', import.meta.url), 'utf8'),
) as Value[][];

describe('compareValues', () => {
  it('orders all types and their close calls as mongod does', () => {
    const ranked = groups.flatMap((group, rank) =>
      group.map((value) => ({ value, rank, key: idKey(value) })),
    );
    expect(ranked.length).toBeGreaterThan(200);
    for (const a of ranked) {
      for (const b of ranked) {
        const expected = Math.sign(a.rank - b.rank);
        const byKey = a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
        if (compareValues(a.value, b.value) !== expected || byKey !== expected) {
          expect.fail(
            `${stringifyEjson(a.value)} against ${stringifyEjson(b.value)} should give ${expected}`,
          );
        }
      }
    }
  });

  it('takes a missing value for undefined: before null, after MinKey', () => {
    expect(compareValues(undefined, null)).toBe(-1);
    expect(compareValues(undefined, undefined)).toBe(0);
    expect(canonicalType(undefined)).toBe(0);
    expect(bsonTypeName(undefined)).toBe('missing');
  });

  it('takes every form of a value', () => {
    expect(valuesEqual(1n, Long.fromNumber(1))).toBe(true);
    expect(valuesEqual(new RawDocument(encodeDocument({ a: 1 })), new Map([['a', new Double(1)]]))).toBe(
      true,
    );
    const uuid = new UUID();
    expect(bsonTypeNumber(uuid)).toBe(5);
    expect(valuesEqual(uuid, uuid.toBinary())).toBe(true);
  });

  it('orders DBPointers by length of the name, name, id, as mongod indexes them', () => {
    const id = (digit: string): ObjectId => new ObjectId(digit.repeat(24));
    const sorted = [
      new DBPointer('b', id('2')),
      new DBPointer('aa', id('1')),
      new DBPointer('aa', id('2')),
      new DBPointer('ab', id('1')),
    ];
    for (const [i, a] of sorted.entries()) {
      for (const [j, b] of sorted.entries()) expect(compareValues(a, b)).toBe(Math.sign(i - j));
    }
  });
});

import {
  BSONRegExp,
  Binary,
  Code,
  Decimal128,
  makeDouble,
  makeLong,
  ObjectId,
  Timestamp,
  type Value,
} from '@argon/bson';
import { describe, expect, it } from 'vitest';
import { valueText } from './value-text';

describe('values in messages', () => {
  it.each<[Value, string]>([
    [makeDouble(1), '1.0'],
    [makeDouble(-0), '-0.0'],
    [0.1 + 0.2, '0.3'],
    [1 / 3, '0.3333333333333333'],
    [1e20, '1e+20.0'],
    [1.5e20, '1.5e+20'],
    [123456789012345680, '1.234567890123457e+17'],
    [0.00001, '1e-05.0'],
    [0.0012, '0.0012'],
    [1e15, '1000000000000000.0'],
    [Number.POSITIVE_INFINITY, 'inf.0'],
    [makeLong(5n), '5'],
    [Decimal128.fromString('1E+10'), '1E+10'],
    [new Date(-5), 'new Date(-5)'],
    [new ObjectId('0123456789abcdef01234567'), "ObjectId('0123456789abcdef01234567')"],
    [new Binary(Buffer.alloc(16, 7), 4), 'UUID("07070707-0707-0707-0707-070707070707")'],
    [new Binary(Buffer.alloc(3, 0xab), 2), 'BinData(2, ABABAB)'],
    [new Binary(Buffer.alloc(81, 0xab)), `BinData(0, ${'AB'.repeat(70)}...)`],
    [new BSONRegExp('a/b', 'i'), '/a/b/i'],
    [new Timestamp({ t: 1, i: 2 }), 'Timestamp(1, 2)'],
    [new Code('f', { x: 1 }), 'CodeWScope( f, { x: 1 })'],
    ['x'.repeat(160), `"${'x'.repeat(150)}..."`],
    ['x'.repeat(159), `"${'x'.repeat(159)}"`],
    [[new Map<string, Value>([['x', []]]), new Map()], '[ { x: [] }, {} ]'],
  ])('%s', (value, expected) => {
    expect(valueText(value)).toBe(expected);
  });
});

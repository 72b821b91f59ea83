import { Decimal128, Double, Int32, Long } from 'bson';
import { describe, expect, it } from 'vitest';
import { FarDate } from '../document/dates';
import type { Value } from '../value';
import { encodeKey, idKey } from './encode-key';

describe('encodeKey', () => {
  it.each<[string, Value[]]>([
    [
      '1',
      [
        1,
        new Double(1),
        new Int32(1),
        Long.fromNumber(1),
        1n,
        Decimal128.fromString('1'),
        Decimal128.fromString('1.000'),
      ],
    ],
    ['0', [0, -0, new Double(0), Decimal128.fromString('-0'), Decimal128.fromString('0E+3000')]],
    [
      '2^53 + 1',
      [2n ** 53n + 1n, Long.fromString('9007199254740993'), Decimal128.fromString('9007199254740993.0')],
    ],
    ['NaN', [Number.NaN, new Double(Number.NaN), Decimal128.fromString('NaN')]],
    ['infinity', [Infinity, Decimal128.fromString('Infinity')]],
  ])('gives equal numbers one key: %s', (_name, values) => {
    expect(new Set(values.map((value) => idKey(value))).size).toBe(1);
  });

  it('keeps numbers apart that are one double', () => {
    const around = [2n ** 53n, 2n ** 53n + 1n, 2n ** 53n + 2n, 2n ** 63n - 1n, 2n ** 63n - 2n];
    const decimals = [
      '0.1',
      '0.10000000000000001',
      '9223372036854775807.5',
      '1E+400',
      '2E+400',
      '-1E-400',
      '-2E-400',
    ];
    const values = [...around, ...decimals.map((text) => Decimal128.fromString(text)), 0.1];
    expect(new Set(values.map((value) => idKey(value))).size).toBe(values.length);
  });

  it('keeps compound keys apart whose parts look alike when joined', () => {
    const tuples: Value[][] = [
      ['a', 'b'],
      ['ab', ''],
      ['a\0', 'b'],
      ['a', '\0b'],
      [['a'], 'b'],
      ['a', ['b']],
      [[], []],
      [[[]], null],
    ];
    expect(new Set(tuples.map((values) => encodeKey(values))).size).toBe(tuples.length);
  });

  it('is short for what is common', () => {
    expect(idKey(12345).length).toBe(10);
    expect(idKey('name').length).toBe(7);
    expect(encodeKey([1, 'a']).startsWith(encodeKey([1]))).toBe(true);
  });

  it('orders dates beyond JavaScript’s', () => {
    const dates = [
      new FarDate(-(2n ** 63n)),
      new Date(-8.64e15),
      new Date(-1),
      new Date(0),
      new Date(8.64e15),
      new FarDate(2n ** 62n),
    ];
    const keys = dates.map((date) => idKey(date));
    expect([...keys].sort()).toEqual(keys);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

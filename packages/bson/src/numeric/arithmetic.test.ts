import { readFileSync } from 'node:fs';
import { Decimal128, Double, Long } from 'bson';
import { describe, expect, it } from 'vitest';
import { parseEjson } from '../ejson/parse';
import { stringifyEjson } from '../ejson/stringify';
import { compareValues } from '../order/compare';
import type { Doc, Value } from '../value';
import { abs, add, divide, DivisionByZeroError, isZero, modulo, multiply, negate } from './arithmetic';
import { NumericOverflowError, subtract, toBigInt, toNumber } from './arithmetic';
import { Decimal, fromDecimal, toDecimal, toDecimal128 } from './decimal';
import { makeDouble, makeInt, makeLong, numericKind } from './kinds';
import type { NumberValue } from './kinds';
import { Summation } from './summation';

function recorded(name: string): Value[] {
  const path = new URL(`../testing/${name}.ejson`, import.meta.url);
  return parseEjson(readFileSync(path, 'utf8')) as Value[];
}

function text(value: Value): string {
  return stringifyEjson(value, { relaxed: false });
}

/** What an update leaves: mongod does not touch a value whose new value is equal and of the same type. */
function updated(before: NumberValue, change: () => NumberValue): Value {
  try {
    const after = change();
    const same = compareValues(before, after) === 0 && numericKind(before) === numericKind(after);
    return same ? before : after;
  } catch (error) {
    expect(error).toBeInstanceOf(NumericOverflowError);
    return 'overflow';
  }
}

describe('as mongod 6.0.5 computes', () => {
  const rows = recorded('mongod-arithmetic') as Doc[];

  it('the results have its types, values and digits', () => {
    expect(rows.length).toBeGreaterThan(60);
    for (const row of rows) {
      const a = row.get('a') as NumberValue;
      const b = row.get('b') as NumberValue;
      const sum = new Summation();
      sum.add(a);
      sum.add(b);
      const results = new Map<string, Value>([
        ['a', a],
        ['b', b],
        ['subtract', subtract(a, b, 'double')],
        ['add', sum.total()],
        ['multiply', multiply(a, b, 'double')],
        ['divide', isZero(b) ? 'zero' : divide(a, b)],
        ['mod', isZero(b) ? 'zero' : modulo(a, b)],
        ['$inc', updated(a, () => add(a, b))],
        ['$mul', updated(a, () => multiply(a, b))],
      ]);
      expect(text(results)).toBe(text(row));
    }
  });

  it('sums of several numbers too', () => {
    for (const [list, expected] of recorded('mongod-sums') as [NumberValue[], Value][]) {
      const sum = new Summation();
      for (const value of list) sum.add(value);
      expect(text(sum.total())).toBe(text(expected));
    }
  });
});

describe('result types', () => {
  it('grow from int32 to int64 where needed, and fail or become doubles beyond', () => {
    expect(add(2 ** 31 - 1, 1)).toEqual(Long.fromNumber(2 ** 31));
    expect(multiply(2 ** 31 - 1, 2 ** 31 - 1)).toEqual(Long.fromString('4611686014132420609'));
    expect(negate(-(2 ** 31))).toEqual(Long.fromNumber(2 ** 31));
    expect(abs(-(2 ** 31))).toEqual(Long.fromNumber(2 ** 31));
    expect(() => add(Long.MAX_VALUE, 1)).toThrow(NumericOverflowError);
    expect(() => negate(Long.MIN_VALUE)).toThrow(NumericOverflowError);
    expect(() => abs(Long.MIN_VALUE)).toThrow(NumericOverflowError);
    expect(add(Long.MAX_VALUE, 1, 'double')).toBe(2 ** 63);
  });

  it('keep doubles doubles', () => {
    expect(add(new Double(1), 1)).toEqual(new Double(2));
    expect(divide(6, 3)).toEqual(new Double(2));
    expect(negate(new Double(0))).toBe(-0);
    expect(modulo(-7, 7)).toBe(0);
  });

  it('division by zero is an error for every type', () => {
    for (const zero of [0, -0, new Double(0), Long.ZERO, Decimal128.fromString('-0E+3')]) {
      expect(() => divide(1, zero)).toThrow(DivisionByZeroError);
      expect(() => modulo(1, zero)).toThrow(DivisionByZeroError);
    }
  });
});

describe('conversions', () => {
  it('make values of a type', () => {
    expect(makeDouble(1)).toEqual(new Double(1));
    expect(makeDouble(-0)).toBe(-0);
    expect(makeLong(2n ** 63n)).toEqual(Long.MIN_VALUE);
    expect(makeInt(-0)).toBe(0);
    expect(() => makeInt(2 ** 31)).toThrow(RangeError);
  });

  it('read numbers', () => {
    expect(toNumber(Decimal128.fromString('1E+400'))).toBe(Infinity);
    expect(toBigInt(Decimal128.fromString('-1.9E+3'))).toBe(-1900n);
    expect(toBigInt(-1.9)).toBe(-1n);
    expect(() => toBigInt(Number.NaN)).toThrow(RangeError);
  });

  it('go between decimals and doubles with 15 or 34 digits', () => {
    expect(String(toDecimal128(new Double(2)))).toBe('2.00000000000000');
    expect(String(toDecimal128(0.1))).toBe('0.100000000000000');
    expect(String(toDecimal128(0.1, 34))).toBe('0.1000000000000000055511151231257827');
    expect(String(toDecimal128(5))).toBe('5');
  });

  it('go to decimal.js and back', () => {
    expect(String(fromDecimal(toDecimal(Decimal128.fromString('2')).sqrt()))).toBe(
      '1.414213562373095048801688724209698',
    );
    expect(String(fromDecimal(new Decimal(100)))).toBe('100');
    for (const value of ['0', '-0', '1E+6144', '1E-6176', '-12.5', 'NaN', '-Infinity']) {
      const decimal = Decimal128.fromString(value);
      expect(compareValues(fromDecimal(toDecimal(decimal)), decimal)).toBe(0);
    }
  });
});

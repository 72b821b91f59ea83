import fc from 'fast-check';
import { Decimal128, Double, Long } from 'bson';
import { expect, it } from 'vitest';
import { encodeDocument } from '../document/encode';
import { values } from '../testing/arbitrary-values';
import type { Value } from '../value';
import { idKey } from './encode-key';
import { keyForms, UNKNOWN_FORMS } from './key-forms';
import { keyValue } from './key-value';

const bytesOf = (value: Value) => Buffer.from(encodeDocument(new Map([['v', value]]))).toString('hex');

it('is the value that the key was made of, or none, among any values', () => {
  fc.assert(
    fc.property(fc.array(values, { minLength: 1, maxLength: 4 }), (all) => {
      const forms = all.reduce<number>((mask, value) => mask | keyForms(value), 0);
      for (const value of all) {
        const found = keyValue(idKey(value), forms);
        if (found !== undefined) expect(bytesOf(found)).toBe(bytesOf(value));
      }
    }),
    { numRuns: 5000 },
  );
});

it.each<[string, Value]>([
  ['int32', 5],
  ['int32 0', 0],
  ['int64', Long.fromNumber(-5)],
  ['double', new Double(5)],
  ['fraction', -1.5],
  ['NaN', Number.NaN],
  ['−∞', -Infinity],
  ['large double', 2 ** 40],
  ['large int64', Long.fromNumber(-(2 ** 40))],
  ['int64 between two doubles', Long.fromString('9007199254740993')],
  ['negative int64 between two doubles', Long.fromString('-9007199254740993')],
  ['least int64', Long.MIN_VALUE],
  ['double beyond int64', 2 ** 70],
  ['text', 'a\0bü\u{1f600}'],
  ['document', new Map<string, Value>([['a', [1, 'x', new Map()]]])],
  ['date', new Date(-5)],
])('tells what is alone of its kind: %s', (_name, value) => {
  expect(bytesOf(keyValue(idKey(value), keyForms(value))!)).toBe(bytesOf(value));
});

it.each<[string, Value, Value]>([
  ['int32 and double', 5, new Double(7)],
  ['int32 and int64', 5, Long.fromNumber(7)],
  ['decimals', Decimal128.fromString('1.50'), 1],
  ['−0', -0, 1],
])('does not guess: %s', (_name, value, other) => {
  expect(keyValue(idKey(value), keyForms(value) | keyForms(other))).toBeUndefined();
});

it('tells what needs no type to be told when nothing is known', () => {
  expect(keyValue(idKey(true), UNKNOWN_FORMS)).toBe(true);
  expect(keyValue(idKey(null), UNKNOWN_FORMS)).toBe(null);
  expect(keyValue(idKey('a'), UNKNOWN_FORMS)).toBeUndefined();
  expect(keyValue(idKey(1.5), UNKNOWN_FORMS)).toBeUndefined();
});

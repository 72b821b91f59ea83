import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareValues } from '../order/compare';
import { numbers, values } from '../testing/arbitrary-values';
import type { Value } from '../value';
import { encodeKey } from './encode-key';

function compareKeys(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

it.each([
  ['all types', values],
  ['numbers', numbers],
])('keys order as the values do: %s', (_name, arbitrary) => {
  fc.assert(
    fc.property(arbitrary, arbitrary, (a, b) => {
      expect(compareKeys(encodeKey([a]), encodeKey([b]))).toBe(compareValues(a, b));
    }),
    { numRuns: 1500 },
  );
});

it('compound keys order by their values one after the other, in each direction', () => {
  const component = fc.option(values, { nil: undefined });
  const tuple = fc.array(component, { minLength: 3, maxLength: 3 });
  const directions = fc.array(fc.constantFrom<1 | -1>(1, -1), { minLength: 3, maxLength: 3 });
  const pair = fc.oneof(
    fc.tuple(tuple, tuple),
    // Equal beginnings, which random tuples do not have.
    fc
      .tuple(tuple, tuple, fc.nat({ max: 3 }))
      .map(([a, b, same]) => [a, [...a.slice(0, same), ...b.slice(same)]] as const),
  );
  fc.assert(
    fc.property(pair, directions, ([a, b], signs) => {
      let expected = 0;
      for (let index = 0; index < 3 && expected === 0; index++) {
        expected = signs[index]! * compareValues(a[index], b[index]);
      }
      expect(compareKeys(encodeKey(a, signs), encodeKey(b, signs))).toBe(expected + 0);
    }),
    { numRuns: 1500 },
  );
});

it('no key is the beginning of another one, in either direction', () => {
  fc.assert(
    fc.property(values, values, fc.constantFrom<1 | -1>(1, -1), (a: Value, b: Value, direction) => {
      const x = encodeKey([a], [direction]);
      const y = encodeKey([b], [direction]);
      if (x !== y) expect(x.startsWith(y) || y.startsWith(x)).toBe(false);
    }),
    { numRuns: 1000 },
  );
});

it('keys are bytes', () => {
  fc.assert(
    fc.property(values, (value) => {
      const key = encodeKey([value]);
      expect(Buffer.from(key, 'latin1').toString('latin1')).toBe(key);
    }),
    { numRuns: 300 },
  );
});

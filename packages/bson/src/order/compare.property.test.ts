import fc from 'fast-check';
import { expect, it } from 'vitest';
import { numberParts } from '../numeric/kinds';
import type { NumberValue } from '../numeric/kinds';
import type { Parts } from '../numeric/parts';
import { numbers, values } from '../testing/arbitrary-values';
import { compareValues } from './compare';
import { compareStrings } from './strings';

it('is a total order', () => {
  fc.assert(
    fc.property(values, values, values, (a, b, c) => {
      expect(compareValues(a, a)).toBe(0);
      expect(compareValues(b, a) + compareValues(a, b)).toBe(0);
      const sorted = [a, b, c].sort(compareValues);
      expect(compareValues(sorted[0], sorted[2])).toBeLessThanOrEqual(0);
      if (compareValues(a, b) === 0) expect(compareValues(a, c)).toBe(compareValues(b, c));
    }),
    { numRuns: 500 },
  );
});

/** The oracle: both numbers as fractions of bigints. */
function rational(parts: Parts): [bigint, bigint] | number {
  if (parts.kind === 'nan') return -2;
  if (parts.kind === 'infinity') return parts.negative ? -1 : 1;
  const numerator = parts.negative ? -parts.coefficient : parts.coefficient;
  return parts.exponent < 0
    ? [numerator, 10n ** BigInt(-parts.exponent)]
    : [numerator * 10n ** BigInt(parts.exponent), 1n];
}

it('compares numbers of all types exactly', () => {
  fc.assert(
    fc.property(numbers, numbers, (a, b) => {
      const x = rational(numberParts(a as NumberValue));
      const y = rational(numberParts(b as NumberValue));
      let expected: number;
      if (typeof x === 'number' || typeof y === 'number') {
        expected = Math.sign((typeof x === 'number' ? x : 0) - (typeof y === 'number' ? y : 0));
      } else {
        const difference = x[0] * y[1] - y[0] * x[1];
        expected = difference < 0n ? -1 : difference > 0n ? 1 : 0;
      }
      expect(compareValues(a, b)).toBe(expected);
    }),
    { numRuns: 500 },
  );
});

it('compares strings by their UTF-8, lone surrogates as the U+FFFD they are written as', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', '\0', 'é', '\ud7ff', '\ue000', '\ufffd', '\uffff', '😀', '\ud800', '\udfff'),
  });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(compareStrings(a, b)).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
    { numRuns: 1000 },
  );
});

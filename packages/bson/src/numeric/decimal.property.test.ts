import { Decimal128 } from 'bson';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decimals } from '../testing/arbitrary-values';
import { makeDecimal128 } from './decimal';
import { addDecimals, divideDecimals, multiplyDecimals, subtractDecimals } from './decimal-arithmetic';
import { compareParts, decimalParts, digitCount, doubleParts } from './parts';
import type { Parts } from './parts';

it('taking a decimal apart and making it again gives the same bytes', () => {
  fc.assert(
    fc.property(decimals, (value) => {
      expect(Buffer.from(makeDecimal128(decimalParts(value)).bytes)).toEqual(Buffer.from(value.bytes));
      expect(Buffer.from(new Decimal128(value.toString()).bytes)).toEqual(Buffer.from(value.bytes));
    }),
    { numRuns: 500 },
  );
});

/** |rounded − exact| ≤ half a unit of the last of 34 digits, with exact given as numerator / denominator. */
function isNearest(rounded: Parts, numerator: bigint, denominator: bigint): boolean {
  if (rounded.kind !== 'finite') return false;
  const shift = 10n ** BigInt(Math.abs(rounded.exponent));
  const value = (rounded.negative ? -1n : 1n) * rounded.coefficient;
  const [top, bottom] = rounded.exponent < 0 ? [value, shift] : [value * shift, 1n];
  const error = top * denominator - numerator * bottom;
  const unit = rounded.exponent < 0 ? denominator : shift * denominator;
  const exact = error === 0n || digitCount(rounded.coefficient) === 34;
  return exact && 2n * (error < 0n ? -error : error) <= unit;
}

it('results are the nearest decimals to the exact ones', () => {
  const finite = fc
    .record({
      negative: fc.boolean(),
      coefficient: fc.oneof(fc.bigInt({ min: 1n, max: 10n ** 34n - 1n }), fc.bigInt({ min: 1n, max: 999n })),
      exponent: fc.integer({ min: -60, max: 60 }),
    })
    .map((parts) => ({ kind: 'finite' as const, ...parts }));
  const fraction = (parts: {
    negative: boolean;
    coefficient: bigint;
    exponent: number;
  }): [bigint, bigint] => {
    const scale = 10n ** BigInt(Math.abs(parts.exponent));
    const value = parts.negative ? -parts.coefficient : parts.coefficient;
    return parts.exponent < 0 ? [value, scale] : [value * scale, 1n];
  };
  fc.assert(
    fc.property(finite, finite, (a, b) => {
      const [x, y] = [makeDecimal128(a), makeDecimal128(b)];
      const [[an, ad], [bn, bd]] = [fraction(a), fraction(b)];
      expect(isNearest(decimalParts(addDecimals(x, y)), an * bd + bn * ad, ad * bd)).toBe(true);
      expect(isNearest(decimalParts(subtractDecimals(x, y)), an * bd - bn * ad, ad * bd)).toBe(true);
      expect(isNearest(decimalParts(multiplyDecimals(x, y)), an * bn, ad * bd)).toBe(true);
      const sign = bn < 0n ? -1n : 1n;
      expect(isNearest(decimalParts(divideDecimals(x, y)), an * bd * sign, ad * bn * sign)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

it('the exact value of a double reads back as that double', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const parts = doubleParts(value);
      if (parts.kind !== 'finite') throw new Error('not finite');
      expect(Number(`${parts.negative ? '-' : ''}${parts.coefficient}e${parts.exponent}`)).toBe(value);
      expect(compareParts(parts, doubleParts(value))).toBe(0);
    }),
    { numRuns: 500 },
  );
});

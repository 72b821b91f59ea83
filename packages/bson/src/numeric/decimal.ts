import { Decimal128 } from 'bson';
import { Decimal as DecimalJs } from 'decimal.js';
import { plainNumber } from './kinds';
import type { NumberValue } from './kinds';
import {
  decimalParts,
  digitCount,
  doubleParts,
  GREATEST_EXPONENT,
  LEAST_EXPONENT,
  MOST_DIGITS,
} from './parts';
import type { FiniteParts, Parts } from './parts';

/**
 * decimal.js at Decimal128's precision and range, for functions that this package has no exact form of (powers,
 * logarithms, roots, trigonometry). It does not keep trailing zeros.
 */
export const Decimal = DecimalJs.clone({
  precision: MOST_DIGITS,
  rounding: DecimalJs.ROUND_HALF_EVEN,
  minE: LEAST_EXPONENT,
  maxE: GREATEST_EXPONENT + MOST_DIGITS - 1,
  defaults: true,
});
export type Decimal = DecimalJs;

/**
 * The Decimal128 nearest to the parts (half to even), overflowing to infinity and underflowing to 0 as IEEE 754 has
 * it. The exponent is kept where possible: trailing zeros are part of a Decimal128.
 */
export function makeDecimal128(parts: Parts): Decimal128 {
  if (parts.kind === 'nan') return new Decimal128(pack(0n, 0x7c00_0000_0000_0000n));
  const sign = parts.negative ? 1n << 63n : 0n;
  if (parts.kind === 'infinity') return new Decimal128(pack(0n, sign | 0x7800_0000_0000_0000n));
  const rounded = roundParts(parts, MOST_DIGITS);
  let { coefficient, exponent } = rounded;
  if (coefficient === 0n) exponent = Math.max(LEAST_EXPONENT, Math.min(GREATEST_EXPONENT, exponent));
  while (exponent > GREATEST_EXPONENT) {
    if (digitCount(coefficient) >= MOST_DIGITS)
      return new Decimal128(pack(0n, sign | 0x7800_0000_0000_0000n));
    coefficient *= 10n;
    exponent--;
  }
  const biased = BigInt(exponent - LEAST_EXPONENT);
  return new Decimal128(
    pack(coefficient & 0xffff_ffff_ffff_ffffn, sign | (biased << 49n) | (coefficient >> 64n)),
  );
}

function pack(low: bigint, high: bigint): Uint8Array {
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64LE(low, 0);
  bytes.writeBigUInt64LE(high, 8);
  return bytes;
}

/** Rounds (half to even) to at most so many digits and to an exponent that Decimal128 has. */
function roundParts(parts: FiniteParts, digits: number): FiniteParts {
  const excess = Math.max(digitCount(parts.coefficient) - digits, LEAST_EXPONENT - parts.exponent);
  if (excess <= 0) return parts;
  const coefficient = divideHalfEven(parts.coefficient, 10n ** BigInt(excess));
  const rounded = { ...parts, coefficient, exponent: parts.exponent + excess };
  // 9.99…5 rounds up to one digit more.
  return digitCount(coefficient) > digits ? roundParts(rounded, digits) : rounded;
}

function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const twice = (dividend % divisor) * 2n;
  const up = twice > divisor || (twice === divisor && quotient % 2n === 1n);
  return up ? quotient + 1n : quotient;
}

/**
 * A number as Decimal128. Doubles are rounded to so many significant digits: 15 is what mongod does wherever a double
 * meets a decimal (the result always has 15), 34 what `$add`, `$sum` and `$avg` do.
 */
export function toDecimal128(value: NumberValue, digits: 15 | 34 = 15): Decimal128 {
  const plain = plainNumber(value);
  if (typeof plain === 'object') return plain;
  if (typeof plain === 'bigint') {
    const negative = plain < 0n;
    return makeDecimal128({ kind: 'finite', negative, coefficient: negative ? -plain : plain, exponent: 0 });
  }
  const parts = doubleParts(plain);
  const isDouble =
    typeof value === 'object'
      ? value._bsontype === 'Double'
      : typeof value === 'number' && !(value === (value | 0) && !Object.is(value, -0));
  if (!isDouble || digits === 34 || parts.kind !== 'finite' || parts.coefficient === 0n)
    return makeDecimal128(parts);
  const full = roundParts(parts, MOST_DIGITS);
  const missing = digits - digitCount(full.coefficient);
  if (missing <= 0) return makeDecimal128(roundParts(full, digits));
  const coefficient = full.coefficient * 10n ** BigInt(missing);
  return makeDecimal128({ ...full, coefficient, exponent: full.exponent - missing });
}

/** A number for decimal.js; doubles rounded to 15 significant digits first, as mongod does. */
export function toDecimal(value: NumberValue): DecimalJs {
  return new Decimal(toDecimal128(value).toString());
}

/** The Decimal128 nearest to a decimal.js number. */
export function fromDecimal(value: DecimalJs): Decimal128 {
  if (value.isNaN()) return makeDecimal128({ kind: 'nan', negative: false });
  const negative = value.isNegative();
  if (!value.isFinite()) return makeDecimal128({ kind: 'infinity', negative });
  const [digits, power] = value.abs().toExponential().split('e') as [string, string];
  let coefficient = BigInt(digits.replace('.', ''));
  let exponent = Number(power) - Math.max(0, digits.length - 2);
  if (exponent > 0 && Number(power) < MOST_DIGITS) {
    // 100 rather than 1E+2.
    coefficient *= 10n ** BigInt(exponent);
    exponent = 0;
  }
  return makeDecimal128({ kind: 'finite', negative, coefficient, exponent });
}

/** The nearest double. */
export function decimalToNumber(value: Decimal128): number {
  const parts = decimalParts(value);
  if (parts.kind === 'nan') return Number.NaN;
  const sign = parts.negative ? -1 : 1;
  if (parts.kind === 'infinity') return sign * Number.POSITIVE_INFINITY;
  return sign * Number(`${parts.coefficient}e${parts.exponent}`);
}

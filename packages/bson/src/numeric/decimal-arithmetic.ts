import type { Decimal128 } from 'bson';
import { makeDecimal128 } from './decimal';
import { decimalParts, digitCount, MOST_DIGITS } from './parts';
import type { FiniteParts, Parts } from './parts';

/** IEEE 754 decimal128 arithmetic, with the exponents (trailing zeros) of the results that the standard prefers. */

const NAN: Parts = { kind: 'nan', negative: false };

export function addDecimals(a: Decimal128, b: Decimal128): Decimal128 {
  return makeDecimal128(sum(decimalParts(a), decimalParts(b)));
}

export function subtractDecimals(a: Decimal128, b: Decimal128): Decimal128 {
  const parts = decimalParts(b);
  return makeDecimal128(sum(decimalParts(a), { ...parts, negative: !parts.negative }));
}

export function multiplyDecimals(a: Decimal128, b: Decimal128): Decimal128 {
  const x = decimalParts(a);
  const y = decimalParts(b);
  if (x.kind === 'nan' || y.kind === 'nan') return makeDecimal128(NAN);
  const negative = x.negative !== y.negative;
  if (x.kind === 'infinity' || y.kind === 'infinity') {
    return makeDecimal128(isZero(x) || isZero(y) ? NAN : { kind: 'infinity', negative });
  }
  const coefficient = x.coefficient * y.coefficient;
  return makeDecimal128({ kind: 'finite', negative, coefficient, exponent: x.exponent + y.exponent });
}

export function divideDecimals(a: Decimal128, b: Decimal128): Decimal128 {
  const x = decimalParts(a);
  const y = decimalParts(b);
  if (x.kind === 'nan' || y.kind === 'nan') return makeDecimal128(NAN);
  const negative = x.negative !== y.negative;
  if (x.kind === 'infinity')
    return makeDecimal128(y.kind === 'infinity' ? NAN : { kind: 'infinity', negative });
  if (y.kind === 'infinity')
    return makeDecimal128({ kind: 'finite', negative, coefficient: 0n, exponent: -6176 });
  if (y.coefficient === 0n)
    return makeDecimal128(x.coefficient === 0n ? NAN : { kind: 'infinity', negative });
  return makeDecimal128({ ...quotient(x, y), negative });
}

/** The remainder of truncated division; it has the sign of `a`. */
export function remainderOfDecimals(a: Decimal128, b: Decimal128): Decimal128 {
  const x = decimalParts(a);
  const y = decimalParts(b);
  if (x.kind !== 'finite' || y.kind === 'nan' || isZero(y)) return makeDecimal128(NAN);
  if (y.kind === 'infinity') return makeDecimal128(x);
  const exponent = Math.min(x.exponent, y.exponent);
  const coefficient = scaled(x, exponent) % scaled(y, exponent);
  return makeDecimal128({ kind: 'finite', negative: x.negative, coefficient, exponent });
}

function sum(x: Parts, y: Parts): Parts {
  if (x.kind === 'nan' || y.kind === 'nan') return NAN;
  if (x.kind === 'infinity') return y.kind === 'infinity' && x.negative !== y.negative ? NAN : x;
  if (y.kind === 'infinity') return y;
  const exponent = Math.min(x.exponent, y.exponent);
  const left = scaled(x, exponent) * (x.negative ? -1n : 1n);
  const right = scaled(y, exponent) * (y.negative ? -1n : 1n);
  const total = left + right;
  // 0 from opposite signs is +0; from −0 and −0 it is −0.
  const negative = total === 0n ? x.negative && y.negative : total < 0n;
  return { kind: 'finite', negative, coefficient: total < 0n ? -total : total, exponent };
}

function scaled(parts: FiniteParts, exponent: number): bigint {
  return parts.coefficient * 10n ** BigInt(parts.exponent - exponent);
}

function isZero(parts: Parts): boolean {
  return parts.kind === 'finite' && parts.coefficient === 0n;
}

/** Magnitude of x / y: exact with an exponent as near to x's minus y's as possible, else to more digits than are kept. */
function quotient(x: FiniteParts, y: FiniteParts): FiniteParts {
  const preferred = x.exponent - y.exponent;
  if (x.coefficient === 0n) return { ...x, exponent: preferred };
  const shift = Math.max(0, MOST_DIGITS + 3 + digitCount(y.coefficient) - digitCount(x.coefficient));
  const dividend = x.coefficient * 10n ** BigInt(shift);
  let coefficient = dividend / y.coefficient;
  let exponent = preferred - shift;
  if (dividend % y.coefficient === 0n) {
    while (exponent < preferred && coefficient % 10n === 0n) {
      coefficient /= 10n;
      exponent++;
    }
  } else {
    // One more digit stands for the rest, so that rounding sees that it is not exactly half.
    coefficient = coefficient * 10n + 1n;
    exponent--;
  }
  return { kind: 'finite', negative: false, coefficient, exponent };
}

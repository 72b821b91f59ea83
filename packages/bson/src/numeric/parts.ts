import { Decimal128 } from 'bson';

/** The smallest and greatest exponents of a Decimal128, for a coefficient of up to 34 digits. */
export const LEAST_EXPONENT = -6176;
export const GREATEST_EXPONENT = 6111;
export const MOST_DIGITS = 34;
const COEFFICIENT_LIMIT = 10n ** 34n;

/** A finite number: (negative ? −1 : 1) · coefficient · 10^exponent. The coefficient is never negative. */
export interface FiniteParts {
  readonly kind: 'finite';
  readonly negative: boolean;
  readonly coefficient: bigint;
  readonly exponent: number;
}

/** What a Decimal128 (or a double, exactly) holds. */
export type Parts =
  | FiniteParts
  | { readonly kind: 'infinity'; readonly negative: boolean }
  | { readonly kind: 'nan'; readonly negative: boolean };

/** Takes a Decimal128 apart (IEEE 754 decimal128, binary integer encoding). Coefficients out of range count as 0. */
export function decimalParts(value: Decimal128): Parts {
  const bytes = value.bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
  const high = view.getBigUint64(8, true);
  const top = Number(high >> 32n);
  const negative = top >>> 31 === 1;
  if (((top >>> 29) & 3) === 3) {
    const special = (top >>> 26) & 31;
    if (special === 31) return { kind: 'nan', negative };
    if (special === 30) return { kind: 'infinity', negative };
    return { kind: 'finite', negative, coefficient: 0n, exponent: ((top >>> 15) & 0x3fff) + LEAST_EXPONENT };
  }
  const coefficient = ((high & 0x1_ffff_ffff_ffffn) << 64n) | view.getBigUint64(0, true);
  return {
    kind: 'finite',
    negative,
    coefficient: coefficient < COEFFICIENT_LIMIT ? coefficient : 0n,
    exponent: ((top >>> 17) & 0x3fff) + LEAST_EXPONENT,
  };
}

/** The exact value of a double: every double has a finite decimal expansion. */
export function doubleParts(value: number): Parts {
  if (Number.isNaN(value)) return { kind: 'nan', negative: false };
  const negative = value < 0 || Object.is(value, -0);
  if (!Number.isFinite(value)) return { kind: 'infinity', negative };
  if (Number.isInteger(value))
    return { kind: 'finite', negative, coefficient: abs(BigInt(value)), exponent: 0 };
  // value = fraction · 2^−shift with an integer fraction; multiplied by 5^shift / 5^shift that is a power of ten.
  let fraction = Math.abs(value);
  let shift = 0;
  while (!Number.isInteger(fraction)) {
    const step = fraction < 2 ** -900 ? 100 : 1;
    fraction *= 2 ** step;
    shift += step;
  }
  return { kind: 'finite', negative, coefficient: BigInt(fraction) * 5n ** BigInt(shift), exponent: -shift };
}

/** The parts of an int64. */
export function integerParts(value: bigint): FiniteParts {
  return { kind: 'finite', negative: value < 0n, coefficient: abs(value), exponent: 0 };
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** Number of decimal digits of a coefficient; 0 for 0. */
export function digitCount(coefficient: bigint): number {
  return coefficient === 0n ? 0 : coefficient.toString().length;
}

/** Compares by value; NaN equals NaN and is less than everything else, −0 equals 0. */
export function compareParts(a: Parts, b: Parts): number {
  if (a.kind === 'nan' || b.kind === 'nan') return (a.kind === 'nan' ? 0 : 1) - (b.kind === 'nan' ? 0 : 1);
  const signA = signOf(a);
  const signB = signOf(b);
  if (signA !== signB) return signA < signB ? -1 : 1;
  if (signA === 0) return 0;
  const order =
    a.kind === 'infinity' || b.kind === 'infinity'
      ? (a.kind === 'infinity' ? 1 : 0) - (b.kind === 'infinity' ? 1 : 0)
      : compareMagnitudes(a, b);
  return signA > 0 ? order : 0 - order;
}

function signOf(parts: Parts): number {
  if (parts.kind === 'finite' && parts.coefficient === 0n) return 0;
  return parts.negative ? -1 : 1;
}

function compareMagnitudes(a: FiniteParts, b: FiniteParts): number {
  const orderA = digitCount(a.coefficient) + a.exponent;
  const orderB = digitCount(b.coefficient) + b.exponent;
  if (orderA !== orderB) return orderA < orderB ? -1 : 1;
  const exponent = Math.min(a.exponent, b.exponent);
  const x = a.coefficient * 10n ** BigInt(a.exponent - exponent);
  const y = b.coefficient * 10n ** BigInt(b.exponent - exponent);
  return x < y ? -1 : x > y ? 1 : 0;
}

import { numberParts, plainNumber } from '../numeric/kinds';
import type { NumberValue } from '../numeric/kinds';
import { compareParts, digitCount, doubleParts, MOST_DIGITS } from '../numeric/parts';
import type { FiniteParts } from '../numeric/parts';
import { rawKey, uint32Key } from './bytes';

const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);
/** Ends the key of a number that is a double; sorts before {@link BEYOND}. */
const EXACT = '\0';
/** Before the decimal digits of a number between two doubles. */
const BEYOND = '\x01';
/** Makes the decimal exponents of all numbers positive. */
const EXPONENT_BIAS = 0x4000;

/**
 * A number as: the greatest double that is not above it (8 bytes in numeric order), then whether it is that double
 * and, if not, its decimal digits. Numbers of equal value have equal keys, whatever their types.
 */
export function numberKey(value: NumberValue): string {
  const plain = plainNumber(value);
  if (typeof plain === 'number') return doubleKey(plain) + EXACT;
  const parts = numberParts(value);
  if (parts.kind === 'nan') return doubleKey(Number.NaN) + EXACT;
  if (parts.kind === 'infinity') return doubleKey(parts.negative ? -Infinity : Infinity) + EXACT;
  const floor = doubleAtOrBelow(parts);
  const exact = Number.isFinite(floor) && compareParts(parts, doubleParts(floor)) === 0;
  return doubleKey(floor) + (exact ? EXACT : BEYOND + digitsKey(parts));
}

/** 8 bytes whose order is that of the doubles; NaN first, −0 as 0. */
function doubleKey(value: number): string {
  if (Number.isNaN(value)) return '\0\0\0\0\0\0\0\0';
  double[0] = value + 0;
  const low = halves[0]!;
  const high = halves[1]!;
  // Positive: set the sign bit. Negative: invert all.
  return high >>> 31 === 0
    ? uint32Key(high | 0x8000_0000) + uint32Key(low)
    : uint32Key(~high) + uint32Key(~low);
}

function doubleAtOrBelow(parts: FiniteParts): number {
  const nearest = Number(`${parts.negative ? '-' : ''}${parts.coefficient}e${parts.exponent}`);
  return compareParts(doubleParts(nearest), parts) > 0 ? doubleBelow(nearest) : nearest;
}

/** The next double towards −∞. */
function doubleBelow(value: number): number {
  if (value === 0) return -Number.MIN_VALUE;
  if (value === Infinity) return Number.MAX_VALUE;
  double[0] = value;
  const bits = (BigInt(halves[1]!) << 32n) | BigInt(halves[0]!);
  const next = value > 0 ? bits - 1n : bits + 1n;
  halves[0] = Number(next & 0xffff_ffffn);
  halves[1] = Number(next >> 32n);
  return double[0];
}

/** 2 bytes of exponent and 34 digits, two per byte; inverted for negative numbers. Always 19 bytes. */
function digitsKey(parts: FiniteParts): string {
  const digits = parts.coefficient.toString().padEnd(MOST_DIGITS, '0');
  const bytes = Buffer.alloc(2 + MOST_DIGITS / 2);
  bytes.writeUInt16BE(digitCount(parts.coefficient) + parts.exponent + EXPONENT_BIAS);
  for (let index = 0; index < MOST_DIGITS; index += 2)
    bytes[2 + index / 2] = Number(digits.slice(index, index + 2));
  if (parts.negative) for (let index = 0; index < bytes.length; index++) bytes[index] = bytes[index]! ^ 255;
  return rawKey(bytes);
}

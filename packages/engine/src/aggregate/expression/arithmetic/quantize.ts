import { Decimal128 } from '@argon/bson';

export type Rounding = 'halfEven' | 'truncate' | 'ceiling' | 'floor';

const MOST_DIGITS = 34;
const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:E([+-]?\d+))?$/;

/**
 * A Decimal128 with exactly `places` digits after the point (before it, if negative), like IEEE 754's quantize:
 * 2 to three places is 2.000. If that needs more than 34 digits, the result has 34 when rounding to a place, and
 * is NaN when rounding to an integer; it is NaN for infinities too.
 */
export function quantize(value: Decimal128, places: number, rounding: Rounding): Decimal128 {
  const match = NUMBER.exec(value.toString());
  if (match === null) return Decimal128.fromString('NaN');
  const [, sign = '', whole = '', fraction = '', power = '0'] = match;
  const coefficient = BigInt(whole + fraction);
  const shift = Number(power) - fraction.length + places;
  const quantized =
    shift >= 0 ? extend(coefficient, shift) : round(coefficient, -shift, sign === '-', rounding);
  const digits = quantized.toString();
  if (digits.length > MOST_DIGITS) {
    const isPlace = rounding === 'halfEven' || rounding === 'truncate';
    return isPlace ? padded(sign, coefficient, shift - places) : Decimal128.fromString('NaN');
  }
  return Decimal128.fromString(`${sign}${digits}E${-places}`);
}

/** The number with all 34 digits. */
function padded(sign: string, coefficient: bigint, exponent: number): Decimal128 {
  const digits = coefficient.toString();
  return Decimal128.fromString(
    `${sign}${digits.padEnd(MOST_DIGITS, '0')}E${exponent - (MOST_DIGITS - digits.length)}`,
  );
}

function extend(coefficient: bigint, zeros: number): bigint {
  if (coefficient === 0n) return 0n;
  return zeros > 2 * MOST_DIGITS ? 10n ** BigInt(MOST_DIGITS) : coefficient * 10n ** BigInt(zeros);
}

function round(coefficient: bigint, digits: number, negative: boolean, rounding: Rounding): bigint {
  const divisor = digits > 3 * MOST_DIGITS ? 10n ** BigInt(3 * MOST_DIGITS) : 10n ** BigInt(digits);
  const quotient = coefficient / divisor;
  const rest = coefficient % divisor;
  if (rest === 0n) return quotient;
  switch (rounding) {
    case 'truncate':
      return quotient;
    case 'ceiling':
      return negative ? quotient : quotient + 1n;
    case 'floor':
      return negative ? quotient + 1n : quotient;
    case 'halfEven': {
      const twice = 2n * rest;
      const up = twice > divisor || (twice === divisor && quotient % 2n === 1n);
      return up ? quotient + 1n : quotient;
    }
  }
}

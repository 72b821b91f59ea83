import { Decimal, Decimal128, toDecimal } from '@argon/bson';

type Wide = InstanceType<typeof Decimal>;

const DIGITS = 34;
const GREATEST_POWER = 6144;
const LEAST_POWER = -6176;

/** decimal.js with digits to spare, so that the one rounding to 34 digits at the end is the right one. */
export const WideDecimal = Decimal.clone({ precision: 60, minE: -9e15, maxE: 9e15 });

/** mongod's zero where a result underflows. */
export const LEAST_ZERO = Decimal128.fromString('0E-6176');

export function wide(value: Decimal128): Wide {
  // valueOf keeps the sign of zero.
  return new WideDecimal(toDecimal(value).valueOf());
}

/** A result that is not exact, so it has all 34 digits, trailing zeros too. */
export function inexact(value: Wide): Decimal128 {
  if (value.isNaN()) return Decimal128.fromString('NaN');
  if (!value.isFinite() || value.e > GREATEST_POWER) {
    return Decimal128.fromString(value.isNegative() ? '-Infinity' : 'Infinity');
  }
  if (value.isZero() || value.e < LEAST_POWER) return LEAST_ZERO;
  return Decimal128.fromString(value.toExponential(DIGITS - 1, Decimal.ROUND_HALF_EVEN));
}

/** A result that may be a whole number (`log10(1000)` is 3, not 3.000…), which then is written without a fraction. */
export function wholeOrInexact(value: Wide): Decimal128 {
  const rounded = value.isFinite() ? value.toSignificantDigits(50) : value;
  return rounded.isFinite() && rounded.isInteger()
    ? Decimal128.fromString(rounded.toFixed(0))
    : inexact(value);
}

/** A decimal function of numbers, where `special` answers the arguments that have an exact or a peculiar result. */
export function decimalFunction(
  compute: (value: Wide) => Wide,
  special: (value: Decimal128, wide: Wide) => Decimal128 | undefined = () => undefined,
): (value: Decimal128) => Decimal128 {
  return (value) => {
    const argument = wide(value);
    if (argument.isNaN()) return Decimal128.fromString('NaN');
    return special(value, argument) ?? inexact(compute(argument));
  };
}

/**
 * `special` for functions that are 0 at 0. mongod's decimal library gives that zero an exponent of its own: the
 * argument's, one lower by 40, or the least.
 */
export function zeroAtZero(
  zero: Decimal128 | 'same' | 'lower',
): (value: Decimal128, wide: Wide) => Decimal128 | undefined {
  return (value, argument) => {
    if (!argument.isZero()) return undefined;
    if (zero === 'same') return value;
    return zero === 'lower' ? lowerZero(value) : zero;
  };
}

function lowerZero(zero: Decimal128): Decimal128 {
  const [digits = '', power = '0'] = zero.toString().split('E');
  const exponent = Number(power) - (digits.split('.')[1]?.length ?? 0);
  return Decimal128.fromString(
    `${digits.startsWith('-') ? '-' : ''}0E${Math.max(exponent - 40, LEAST_POWER)}`,
  );
}

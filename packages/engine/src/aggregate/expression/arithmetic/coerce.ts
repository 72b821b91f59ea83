import {
  compareValues,
  Decimal,
  numericKind,
  toBigInt,
  toDecimal,
  toNumber,
  type NumberValue,
} from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { describeValue } from '../describe';

const LEAST_INT64 = -(2n ** 63n);

/** A Decimal128 rounded to int64, half to even; NaN and what does not fit give the least int64, as in mongod. */
export function roundToInt64(value: NumberValue): bigint {
  const decimal = toDecimal(value);
  if (!decimal.isFinite()) return LEAST_INT64;
  const rounded = BigInt(decimal.toDecimalPlaces(0, Decimal.ROUND_HALF_EVEN).toFixed(0));
  return BigInt.asIntN(64, rounded) === rounded ? rounded : LEAST_INT64;
}

/** mongod's coercion to int64: doubles are truncated (31109 out of range), decimals rounded. */
export function coerceToInt64(value: NumberValue): bigint {
  switch (numericKind(value)) {
    case 'double': {
      const number = toNumber(value);
      if (!(number >= -(2 ** 63) && number < 2 ** 63)) {
        throw new CommandError(31109, `Can't coerce out of range value ${describeValue(value)} to long`);
      }
      return BigInt(Math.trunc(number));
    }
    case 'decimal':
      return roundToInt64(value);
    default:
      return toBigInt(value);
  }
}

/** Whether a number is an int32 by value, of whatever type. */
export function isIntegral32(value: NumberValue): boolean {
  const number = toNumber(value);
  return number === (number | 0) && compareValues(value, number) === 0;
}

import { isNumber, numericKind, toDecimal, toNumber } from '@argon/bson';
import type { NumberValue, Value } from '@argon/bson';
import { describeElement } from './describe';

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

const INT32_MIN = -(2 ** 31);
const INT32_MAX = 2 ** 31 - 1;
const HALF_EVEN = 6; // decimal.js: ROUND_HALF_EVEN

/**
 * A number made an int32 where mongod does so without complaint: doubles are cut, decimals rounded half to even, what
 * does not fit becomes the nearest one, NaN 0.
 */
export function toInt32(value: NumberValue): number {
  const number =
    numericKind(value) === 'decimal'
      ? toDecimal(value).toDecimalPlaces(0, HALF_EVEN).toNumber()
      : toNumber(value);
  return Number.isNaN(number) ? 0 : Math.max(INT32_MIN, Math.min(INT32_MAX, Math.trunc(number)));
}

/** Either a number or mongod's complaint about it. */
export type Parsed<T> = { readonly value: T } | { readonly complaint: string };

/** An operand that must be an integer ≥ 0 of 64 bits, whatever its numeric type. */
export function nonNegativeLong(name: string, operand: Value): Parsed<bigint> {
  const parsed = long(name, operand);
  if ('complaint' in parsed || parsed.value >= 0n) return parsed;
  return { complaint: `Expected a non-negative number in: ${describeElement(name, operand)}` };
}

function long(name: string, operand: Value): Parsed<bigint> {
  const element = describeElement(name, operand);
  if (!isNumber(operand)) return { complaint: `Expected a number in: ${element}` };
  let value: bigint;
  switch (numericKind(operand)) {
    case 'double': {
      const double = toNumber(operand);
      if (Number.isNaN(double)) return { complaint: `Expected an integer, but found NaN in: ${element}` };
      if (!(double >= -(2 ** 63) && double < 2 ** 63)) {
        return { complaint: `Cannot represent as a 64-bit integer: ${element}` };
      }
      if (!Number.isInteger(double)) return { complaint: `Expected an integer: ${element}` };
      value = BigInt(double);
      break;
    }
    case 'decimal': {
      const decimal = toDecimal(operand);
      if (!decimal.isInteger()) return { complaint: `Cannot represent as a 64-bit integer: ${element}` };
      value = BigInt(decimal.toFixed(0));
      if (value < INT64_MIN || value > INT64_MAX) {
        return { complaint: `Cannot represent as a 64-bit integer: ${element}` };
      }
      break;
    }
    default:
      value = BigInt(operand.toString());
  }
  return { value };
}

/** The same for an integer that must fit 32 bits. */
export function nonNegativeInt(name: string, operand: Value): Parsed<number> {
  const parsed = long(name, operand);
  if ('complaint' in parsed) return parsed;
  const element = describeElement(name, operand);
  if (BigInt.asIntN(32, parsed.value) !== parsed.value)
    return { complaint: `Cannot represent ${element} in an int` };
  if (parsed.value < 0n) return { complaint: `Expected a non-negative number in: ${element}` };
  return { value: Number(parsed.value) };
}

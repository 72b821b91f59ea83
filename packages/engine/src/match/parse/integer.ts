import { isNumber, numericKind, toDecimal, toNumber } from '@argon/bson';
import type { Value } from '@argon/bson';
import { describeElement } from './describe';

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

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
  if (BigInt.asIntN(32, parsed.value) !== parsed.value) return { complaint: `Cannot represent ${element} in an int` };
  if (parsed.value < 0n) return { complaint: `Expected a non-negative number in: ${element}` };
  return { value: Number(parsed.value) };
}

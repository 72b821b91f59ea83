import { bsonType, Double, Long } from 'bson';
import type { Decimal128, Int32 } from 'bson';
import type { Value } from '../value';
import { decimalParts, doubleParts, integerParts } from './parts';
import type { Parts } from './parts';

export type NumericKind = 'int' | 'long' | 'double' | 'decimal';
export type NumberValue = number | bigint | Double | Int32 | Long | Decimal128;

/** Which of the four numeric BSON types a value has; undefined if it is not a number. */
export function numericKind(value: Value | undefined): NumericKind | undefined {
  switch (typeof value) {
    case 'number':
      return isInt32(value) ? 'int' : 'double';
    case 'bigint':
      return 'long';
    case 'object':
      if (value === null) return undefined;
      switch ((value as { [bsonType]?: string })[bsonType]) {
        case 'Double':
          return 'double';
        case 'Long':
          return 'long';
        case 'Decimal128':
          return 'decimal';
        case 'Int32':
          return 'int';
        default:
          return undefined;
      }
    default:
      return undefined;
  }
}

/** Whether a value is of one of the four numeric BSON types. */
export function isNumber(value: Value | undefined): value is NumberValue {
  return numericKind(value) !== undefined;
}

/** Whether a JavaScript number is written as int32: an integer in range that is not −0. */
export function isInt32(value: number): boolean {
  return value === (value | 0) && !(value === 0 && 1 / value < 0);
}

/** A BSON double: the number itself where that means a double, else a `Double`. */
export function makeDouble(value: number): number | Double {
  return isInt32(value) ? new Double(value) : value;
}

/** A BSON int64. The low 64 bits count. */
export function makeLong(value: bigint): Long {
  return Long.fromBigInt(BigInt.asIntN(64, value));
}

/**
 * A BSON int32.
 *
 * @throws RangeError if `value` is not an integer in range.
 */
export function makeInt(value: number): number {
  if (value !== (value | 0)) throw new RangeError(`${value} is not a 32-bit integer`);
  return value + 0 === 0 ? 0 : value;
}

/** A number as what compares cheapest without loss: JavaScript's number, else bigint, else Decimal128. */
export function plainNumber(value: NumberValue): number | bigint | Decimal128 {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  switch (value[bsonType]) {
    case 'Long': {
      const { low, high } = value;
      if (high >= -0x20_0000 && high < 0x20_0000) return high * 4294967296 + (low >>> 0);
      return (BigInt(high) << 32n) | BigInt(low >>> 0);
    }
    case 'Decimal128':
      return value;
    default:
      return value.value;
  }
}

/** The exact value, in decimal. */
export function numberParts(value: NumberValue): Parts {
  const plain = plainNumber(value);
  if (typeof plain === 'number') return doubleParts(plain);
  return typeof plain === 'bigint' ? integerParts(plain) : decimalParts(plain);
}

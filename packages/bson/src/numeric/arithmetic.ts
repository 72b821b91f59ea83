import { Decimal128 } from 'bson';
import type { Double, Long } from 'bson';
import { ArgonError } from '../errors';
import { decimalToNumber, makeDecimal128, toDecimal128 } from './decimal';
import {
  addDecimals,
  divideDecimals,
  multiplyDecimals,
  remainderOfDecimals,
  subtractDecimals,
} from './decimal-arithmetic';
import { isInt32, makeDouble, makeLong, numericKind, plainNumber } from './kinds';
import type { NumberValue } from './kinds';
import { decimalParts } from './parts';

/** What mongod's arithmetic gives: never an `Int32` or a bigint. */
export type NumberResult = number | Double | Long | Decimal128;

/** What to do where an int64 result does not fit: `$inc` and `$mul` fail, `$add` and its like go over to double. */
export type Overflow = 'throw' | 'double';

/** An int64 operation whose result needs more than 64 bits. */
export class NumericOverflowError extends ArgonError {
  constructor(operation: string, a: bigint, b?: bigint) {
    const operands = b === undefined ? `${a}` : `${a} and ${b}`;
    super(
      'ARGON_BSON_NUMERIC_OVERFLOW',
      `Cannot ${operation} ${operands}: the result does not fit a 64-bit integer.`,
      {
        operation,
      },
    );
  }
}

/** Division (or remainder) by zero where mongod refuses it. */
export class DivisionByZeroError extends ArgonError {
  constructor(operation: string) {
    super('ARGON_BSON_DIVISION_BY_ZERO', `Cannot ${operation} by zero.`, { operation });
  }
}

/** The sum. The result's type is the widest of the operands': int32 (int64 if it does not fit), int64, double, decimal. */
export function add(a: NumberValue, b: NumberValue, overflow: Overflow = 'throw'): NumberResult {
  switch (widest(a, b)) {
    case 'decimal':
      return addDecimals(toDecimal128(a), toDecimal128(b));
    case 'double':
      return makeDouble(toNumber(a) + toNumber(b));
    case 'int':
      return narrow(toNumber(a) + toNumber(b));
    default:
      return integers('add', a, b, (x, y) => x + y, toNumber(a) + toNumber(b), overflow);
  }
}

/** The difference; result types as for {@link add}. */
export function subtract(a: NumberValue, b: NumberValue, overflow: Overflow = 'throw'): NumberResult {
  switch (widest(a, b)) {
    case 'decimal':
      return subtractDecimals(toDecimal128(a), toDecimal128(b));
    case 'double':
      return makeDouble(toNumber(a) - toNumber(b));
    case 'int':
      return narrow(toNumber(a) - toNumber(b));
    default:
      return integers('subtract', a, b, (x, y) => x - y, toNumber(a) - toNumber(b), overflow);
  }
}

/** The product; result types as for {@link add}. */
export function multiply(a: NumberValue, b: NumberValue, overflow: Overflow = 'throw'): NumberResult {
  switch (widest(a, b)) {
    case 'decimal':
      return multiplyDecimals(toDecimal128(a), toDecimal128(b));
    case 'double':
      return makeDouble(toNumber(a) * toNumber(b));
    case 'int': {
      const product = toBigInt(a) * toBigInt(b);
      const number = Number(product);
      return isInt32(number) ? number : makeLong(product);
    }
    default:
      return integers('multiply', a, b, (x, y) => x * y, toNumber(a) * toNumber(b), overflow);
  }
}

/**
 * The quotient: a decimal if either is one, else always a double.
 *
 * @throws DivisionByZeroError
 */
export function divide(a: NumberValue, b: NumberValue): NumberResult {
  if (isZero(b)) throw new DivisionByZeroError('divide');
  if (widest(a, b) === 'decimal') return divideDecimals(toDecimal128(a), toDecimal128(b));
  return makeDouble(toNumber(a) / toNumber(b));
}

/**
 * The remainder of truncated division, with the sign of `a`; result types as for {@link add}, but that a divisor like
 * `3.0` does not make an integer's remainder a double.
 *
 * @throws DivisionByZeroError
 */
export function modulo(a: NumberValue, divisor: NumberValue): NumberResult {
  if (isZero(divisor)) throw new DivisionByZeroError('take a remainder');
  const b =
    numericKind(divisor) === 'double' && isInt32(toNumber(divisor)) && isInteger(a)
      ? toNumber(divisor)
      : divisor;
  switch (widest(a, b)) {
    case 'decimal':
      return remainderOfDecimals(toDecimal128(a), toDecimal128(b));
    case 'double':
      return makeDouble(toNumber(a) % toNumber(b));
    case 'int':
      return (toNumber(a) % toNumber(b)) + 0;
    default:
      return makeLong(toBigInt(a) % toBigInt(b));
  }
}

/** The number with the opposite sign; int32's least becomes an int64. */
export function negate(a: NumberValue, overflow: Overflow = 'throw'): NumberResult {
  switch (numericKind(a)) {
    case 'decimal': {
      const parts = decimalParts(a as Decimal128);
      return makeDecimal128({ ...parts, negative: !parts.negative });
    }
    case 'double':
      return makeDouble(-toNumber(a));
    case 'int':
      return narrow(0 - toNumber(a));
    default:
      return fitted('negate', [toBigInt(a)], -toBigInt(a), overflow, -toNumber(a));
  }
}

/** The magnitude; int32's least becomes an int64. */
export function abs(a: NumberValue, overflow: Overflow = 'throw'): NumberResult {
  switch (numericKind(a)) {
    case 'decimal':
      return makeDecimal128({ ...decimalParts(a as Decimal128), negative: false });
    case 'double':
      return makeDouble(Math.abs(toNumber(a)));
    case 'int':
      return narrow(Math.abs(toNumber(a)));
    default: {
      const value = toBigInt(a);
      return fitted(
        'take the magnitude of',
        [value],
        value < 0n ? -value : value,
        overflow,
        Math.abs(toNumber(a)),
      );
    }
  }
}

/** Whether a number is 0 or −0, of any type. */
export function isZero(a: NumberValue): boolean {
  const plain = plainNumber(a);
  if (typeof plain !== 'object') return plain === 0;
  const parts = decimalParts(plain);
  return parts.kind === 'finite' && parts.coefficient === 0n;
}

/** The nearest JavaScript number. */
export function toNumber(a: NumberValue): number {
  const plain = plainNumber(a);
  if (typeof plain === 'object') return decimalToNumber(plain);
  return Number(plain);
}

/**
 * The integer part, exactly.
 *
 * @throws RangeError for NaN and infinities.
 */
export function toBigInt(a: NumberValue): bigint {
  const plain = plainNumber(a);
  if (typeof plain === 'bigint') return plain;
  if (typeof plain === 'number') return BigInt(Math.trunc(plain));
  const parts = decimalParts(plain);
  if (parts.kind !== 'finite') throw new RangeError(`${plain.toString()} has no integer part`);
  const scale = 10n ** BigInt(Math.abs(parts.exponent));
  const magnitude = parts.exponent < 0 ? parts.coefficient / scale : parts.coefficient * scale;
  return parts.negative ? -magnitude : magnitude;
}

function widest(a: NumberValue, b: NumberValue): 'int' | 'long' | 'double' | 'decimal' {
  const x = numericKind(a);
  const y = numericKind(b);
  if (x === 'decimal' || y === 'decimal') return 'decimal';
  if (x === 'double' || y === 'double') return 'double';
  return x === 'long' || y === 'long' ? 'long' : 'int';
}

function isInteger(a: NumberValue): boolean {
  const kind = numericKind(a);
  return kind === 'int' || kind === 'long';
}

function narrow(value: number): number | Long {
  return isInt32(value) ? value : makeLong(BigInt(value));
}

function integers(
  operation: string,
  a: NumberValue,
  b: NumberValue,
  apply: (x: bigint, y: bigint) => bigint,
  asDouble: number,
  overflow: Overflow,
): NumberResult {
  const x = toBigInt(a);
  const y = toBigInt(b);
  return fitted(operation, [x, y], apply(x, y), overflow, asDouble);
}

/** The int64, or on overflow what the same operation gives on doubles, as mongod goes over to them. */
function fitted(
  operation: string,
  operands: readonly [bigint, bigint?],
  result: bigint,
  overflow: Overflow,
  asDouble: number,
): NumberResult {
  if (BigInt.asIntN(64, result) === result) return makeLong(result);
  if (overflow === 'throw') throw new NumericOverflowError(operation, ...operands);
  return makeDouble(asDouble);
}

import {
  bsonTypeName,
  divide,
  isNumber,
  isZero,
  modulo,
  numericKind,
  subtract,
  toNumber,
  makeLong,
  type Value,
} from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { variadicCommutative } from '../associative';
import { dateOf, millisecondsOf } from '../date/date-value';
import type { OperatorCompiler } from '../expression';
import { binary, binaryRightFirst, type LazyCompute } from '../operands';
import { isNullish } from '../truth';
import { ADD } from './add';
import { NumberProduct } from './number-product';
import { coerceToInt64, isIntegral32 } from './coerce';

type Operand = Value | undefined;

/** The four operations and `$mod`. Results have mongod's types: the widest operand's, int32 → int64 → double on overflow. */
export const ARITHMETIC_OPERATORS: Readonly<Record<string, OperatorCompiler>> = {
  $add: ADD,
  $subtract: binaryRightFirst(subtractOperands),
  $multiply: variadicCommutative(multiplyOperands),
  $divide: binaryRightFirst(divideOperands),
  $mod: binary(moduloOperands),
};

function subtractOperands(left: Operand, right: Operand): Operand {
  if (isNullish(left) || isNullish(right)) return null;
  if (isNumber(left) && isNumber(right)) return subtract(left, right, 'double');
  if (!(left instanceof Date)) {
    throw new CommandError(
      'TypeMismatch',
      `can't $subtract ${bsonTypeName(right)} from ${bsonTypeName(left)}`,
    );
  }
  if (right instanceof Date) return makeLong(millisecondsOf(left) - millisecondsOf(right));
  if (!isNumber(right)) {
    throw new CommandError('TypeMismatch', `can't $subtract ${bsonTypeName(right)} from Date`);
  }
  const milliseconds = coerceToInt64(right);
  if (milliseconds === -(2n ** 63n)) throw new CommandError(159, 'Cannot negate the minimum duration');
  const result = millisecondsOf(left) - milliseconds;
  if (BigInt.asIntN(64, result) !== result) throw new CommandError('Overflow', 'date overflow in $subtract');
  return dateOf(result);
}

function multiplyOperands(...[operands, document, variables]: Parameters<LazyCompute>): Operand {
  const product = new NumberProduct();
  for (const expression of operands) {
    const operand = expression.evaluate(document, variables);
    if (isNullish(operand)) return null;
    if (!isNumber(operand)) {
      throw new CommandError(
        'TypeMismatch',
        `$multiply only supports numeric types, not ${bsonTypeName(operand)}`,
      );
    }
    product.multiply(operand);
  }
  return product.result();
}

function divideOperands(left: Operand, right: Operand): Operand {
  if (isNumber(left) && isNumber(right)) {
    if (isZero(right)) throw new CommandError('BadValue', "can't $divide by zero");
    return divide(left, right);
  }
  if (isNullish(left) || isNullish(right)) return null;
  throw new CommandError(
    'TypeMismatch',
    `$divide only supports numeric types, not ${bsonTypeName(left)} and ${bsonTypeName(right)}`,
  );
}

/** A double on the right that is an int32 by value counts as an integer beside an integer on the left. */
function moduloOperands(left: Operand, right: Operand): Operand {
  if (isNumber(left) && isNumber(right)) {
    const isDecimal = numericKind(left) === 'decimal' || numericKind(right) === 'decimal';
    if (isZero(right)) throw new CommandError(isDecimal ? 5733415 : 16610, "can't $mod by zero");
    const leftIsInteger = numericKind(left) === 'int' || numericKind(left) === 'long';
    const narrowed = leftIsInteger && numericKind(right) === 'double' && isIntegral32(right);
    return modulo(left, narrowed ? toNumber(right) : right);
  }
  if (isNullish(left) || isNullish(right)) return null;
  throw new CommandError(
    16611,
    `$mod only supports numeric types, not ${bsonTypeName(left)} and ${bsonTypeName(right)}`,
  );
}

import { Timestamp, bsonTypeName, isNumber, makeDouble, makeLong, type Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import type { OperatorCompiler } from '../expression';
import { unary } from '../operands';
import { isNullish } from '../truth';
import { FUNCTION } from './function';
import { TO_HASHED_INDEX_KEY } from './hashed';
import { META } from './meta';

/** Operators that tell what a value is, and those that depend on no value. */
export const INTROSPECTION_OPERATORS: Readonly<Record<string, OperatorCompiler>> = {
  $type: unary((operand) => bsonTypeName(operand)),
  $isNumber: unary((operand) => isNumber(operand)),
  $tsSecond: unary((operand) => half(operand, '$tsSecond', 5687301, (value) => value.high)),
  $tsIncrement: unary((operand) => half(operand, '$tsIncrement', 5687302, (value) => value.low)),
  $rand: (argument) => {
    if (
      typeof argument !== 'object' ||
      argument === null ||
      !(argument instanceof Map || Array.isArray(argument))
    ) {
      throw new CommandError(10065, 'invalid parameter: expected an object ($rand)');
    }
    if ((argument instanceof Map ? argument.size : argument.length) > 0) {
      throw new CommandError(3040501, '$rand does not currently accept arguments');
    }
    return { evaluate: () => makeDouble(Math.random()) };
  },
  $toHashedIndexKey: TO_HASHED_INDEX_KEY,
  $meta: META,
  $function: FUNCTION,
};

function half(
  operand: Value | undefined,
  name: string,
  code: number,
  read: (value: Timestamp) => number,
): Value {
  if (isNullish(operand)) return null;
  if (operand instanceof Timestamp) return makeLong(BigInt(read(operand) >>> 0));
  throw new CommandError(code, ` Argument to ${name} must be a timestamp, but is ${bsonTypeName(operand)}`);
}

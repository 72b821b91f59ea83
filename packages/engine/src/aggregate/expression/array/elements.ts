import { bsonTypeName, isNumber, valuesEqual, type Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { describeValue } from '../describe';
import type { OperatorCompiler } from '../expression';
import { asInt32 } from '../integral';
import { binary, ranged, unary } from '../operands';
import { isNullish } from '../truth';

type Operand = Value | undefined;

/** Operators that look at an array's elements by position, or for a value. */
export const ELEMENT_OPERATORS: Readonly<Record<string, OperatorCompiler>> = {
  $arrayElemAt: binary(elementAt),
  $first: unary((array, name) => edge(array, name, 0)),
  $last: unary((array, name) => edge(array, name, -1)),
  $in: binary((value, array) => {
    if (Array.isArray(array)) return array.some((element) => valuesEqual(element, value));
    throw new CommandError(40081, `$in requires an array as a second argument, found: ${bsonTypeName(array)}`);
  }),
  $indexOfArray: ranged(2, 4, indexOfArray),
  $isArray: unary((operand) => Array.isArray(operand)),
  $size: unary((array) => {
    if (Array.isArray(array)) return array.length;
    throw new CommandError(
      17124,
      `The argument to $size must be an array, but was of type: ${bsonTypeName(array)}`,
    );
  }),
};

function elementAt(array: Operand, index: Operand): Operand {
  if (isNullish(array) || isNullish(index)) return null;
  if (!Array.isArray(array)) {
    throw new CommandError(
      28689,
      `$arrayElemAt's first argument must be an array, but is ${bsonTypeName(array)}`,
    );
  }
  if (!isNumber(index)) {
    throw new CommandError(
      28690,
      `$arrayElemAt's second argument must be a numeric value, but is ${bsonTypeName(index)}`,
    );
  }
  const position = asInt32(index);
  if (position === undefined) {
    throw new CommandError(
      28691,
      `$arrayElemAt's second argument must be representable as a 32-bit integer: ${describeValue(index)}`,
    );
  }
  return array.at(position);
}

function edge(array: Operand, name: string, position: 0 | -1): Operand {
  if (isNullish(array)) return null;
  if (Array.isArray(array)) return array.at(position);
  throw new CommandError(28689, `${name}'s argument must be an array, but is ${bsonTypeName(array)}`);
}

function indexOfArray(operands: readonly Operand[]): Operand {
  const [array, sought, first, last] = operands;
  if (isNullish(array)) return null;
  if (!Array.isArray(array)) {
    throw new CommandError(
      40090,
      `$indexOfArray requires an array as a first argument, found: ${bsonTypeName(array)}`,
    );
  }
  const start = operands.length > 2 ? searchIndex('$indexOfArray', first, 'starting') : 0;
  const end = operands.length > 3 ? Math.min(searchIndex('$indexOfArray', last, 'ending'), array.length) : array.length;
  for (let index = start; index < end; index++) if (valuesEqual(array[index], sought)) return index;
  return -1;
}

/** The start or end argument of the `$indexOf…` operators. */
export function searchIndex(name: string, value: Operand, which: 'starting' | 'ending'): number {
  const index = asInt32(value);
  if (index === undefined) {
    throw new CommandError(
      40096,
      `${name}requires an integral ${which} index, found a value of type: ${bsonTypeName(value)}, with value: ${describeValue(value)}`,
    );
  }
  if (index < 0) {
    throw new CommandError(40097, `${name} requires a nonnegative ${which} index, found: ${index}`);
  }
  return index;
}

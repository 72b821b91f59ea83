import { bsonTypeName, isNumber, valuesEqual, type Collation, type Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { describeValue } from '../describe';
import type { Expression, ExpressionScope, OperatorCompiler } from '../expression';
import { constantExpression } from '../expression';
import { asInt32 } from '../integral';
import { binary, lazy, rangeOperands, unary, type LazyCompute } from '../operands';
import { isNullish } from '../truth';

type Operand = Value | undefined;

/** Operators that look at an array's elements by position, or for a value. */
export const ELEMENT_OPERATORS: Readonly<Record<string, OperatorCompiler>> = {
  $arrayElemAt: binary(elementAt),
  $first: unary((array, name) => edge(array, name, 0)),
  $last: unary((array, name) => edge(array, name, -1)),
  $in: binary((value, array, _name, collation) => {
    if (Array.isArray(array)) return array.some((element) => valuesEqual(element, value, collation));
    throw new CommandError(
      40081,
      `$in requires an array as a second argument, found: ${bsonTypeName(array)}`,
    );
  }),
  $indexOfArray: (argument, scope, name) => {
    const operands = rangeOperands(argument, scope, name, 2, 4);
    const [array] = operands as [Expression];
    if (array.constant === undefined || operands.every((operand) => operand.constant !== undefined)) {
      return lazy(operands, scope, name, indexOfArray);
    }
    return inConstantArray(array.constant.value, operands, scope);
  },
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

function indexOfArray(...[operands, document, variables, , collation]: Parameters<LazyCompute>): Operand {
  const operand = (index: number): Operand => operands[index]?.evaluate(document, variables);
  const array = operand(0);
  if (isNullish(array)) return null;
  if (!Array.isArray(array)) {
    throw new CommandError(
      40090,
      `$indexOfArray requires an array as a first argument, found: ${bsonTypeName(array)}`,
    );
  }
  // The bounds come before the value, whose errors are met last.
  const { start, end } = searchRange(array, operands.length, operand);
  return position(array, operand(1), start, end, collation);
}

/** In an array that is known beforehand mongod looks at the bounds first, and has a code of its own. */
function inConstantArray(
  array: Operand,
  operands: readonly Expression[],
  scope: ExpressionScope,
): Expression {
  if (isNullish(array)) return constantExpression(null);
  const checked = scope.fold(
    {
      evaluate: () => {
        if (Array.isArray(array)) return null;
        throw new CommandError(
          50809,
          `First operand of $indexOfArray must be an array. First argument is of type: ${bsonTypeName(array)}`,
        );
      },
    },
    [],
  );
  if (!Array.isArray(array)) return checked;
  return {
    evaluate: (document, variables) => {
      const operand = (index: number): Operand => operands[index]?.evaluate(document, variables);
      const { start, end } = searchRange(array, operands.length, operand);
      return position(array, operand(1), start, end, scope.collation);
    },
  };
}

function searchRange(
  array: readonly Value[],
  count: number,
  operand: (index: number) => Operand,
): { start: number; end: number } {
  const start = count > 2 ? searchIndex('$indexOfArray', operand(2), 'starting') : 0;
  const end = count > 3 ? searchIndex('$indexOfArray', operand(3), 'ending') : array.length;
  return { start, end: Math.min(end, array.length) };
}

function position(
  array: readonly Value[],
  sought: Operand,
  start: number,
  end: number,
  collation: Collation | undefined,
): number {
  for (let index = start; index < end; index++) {
    if (valuesEqual(array[index], sought, collation)) return index;
  }
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

import { bsonTypeName, isNumber, toNumber, type Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { variadicAssociative } from '../associative';
import { describeValue } from '../describe';
import type { OperatorCompiler } from '../expression';
import { asInt32 } from '../integral';
import { lazy, rangeOperands, unary, type LazyCompute } from '../operands';
import { isNullish } from '../truth';

type Operand = Value | undefined;

/** What `$range` may produce: mongod counts 16 bytes a value against its 100 MiB. */
const RANGE_MEMORY_LIMIT = 100 * 1024 * 1024;

/** Operators that make arrays of arrays or numbers. */
export const SLICE_OPERATORS: Readonly<Record<string, OperatorCompiler>> = {
  $slice: (argument, scope, name) => lazy(rangeOperands(argument, scope, name, 2, 3), scope, name, slice),
  $range: (argument, scope, name) => lazy(rangeOperands(argument, scope, name, 2, 3), scope, name, range),
  $reverseArray: unary((array) => {
    if (isNullish(array)) return null;
    if (Array.isArray(array)) return array.toReversed();
    throw new CommandError(
      34435,
      `The argument to $reverseArray must be an array, but was of type: ${bsonTypeName(array)}`,
    );
  }),
  $concatArrays: variadicAssociative((operands, document, variables) => {
    const result: Value[] = [];
    for (const expression of operands) {
      const operand = expression.evaluate(document, variables);
      if (isNullish(operand)) return null;
      if (!Array.isArray(operand)) {
        throw new CommandError(28664, `$concatArrays only supports arrays, not ${bsonTypeName(operand)}`);
      }
      for (const element of operand) result.push(element);
    }
    return result;
  }),
};

function slice(...[operands, document, variables]: Parameters<LazyCompute>): Operand {
  const operand = (index: number): Operand => operands[index]?.evaluate(document, variables);
  const array = operand(0);
  const first = operand(1);
  if (isNullish(array) || isNullish(first)) return null;
  if (!Array.isArray(array)) {
    throw new CommandError(
      28724,
      `First argument to $slice must be an array, but is of type: ${bsonTypeName(array)}`,
    );
  }
  const position = sliceNumber(first, 28725, 'Second', 'a numeric value');
  if (operands.length === 2) {
    return position >= 0 ? array.slice(0, position) : array.slice(Math.max(array.length + position, 0));
  }
  const second = operand(2);
  if (isNullish(second)) return null;
  const count = sliceNumber(second, 28727, 'Third', 'numeric');
  if (count <= 0) throw new CommandError(28729, `Third argument to $slice must be positive: ${count}`);
  const start = position < 0 ? Math.max(array.length + position, 0) : position;
  return array.slice(start, start + count);
}

function sliceNumber(value: Operand, code: number, which: string, kind: string): number {
  if (!isNumber(value)) {
    throw new CommandError(
      code,
      `${which} argument to $slice must be ${kind}, but is of type: ${bsonTypeName(value)}`,
    );
  }
  const number = asInt32(value);
  if (number !== undefined) return number;
  throw new CommandError(
    code + 1,
    `${which} argument to $slice can't be represented as a 32-bit integer: ${describeValue(value)}`,
  );
}

function range(...[operands, document, variables]: Parameters<LazyCompute>): Operand {
  const [from, to] = operands.slice(0, 2).map((operand) => operand.evaluate(document, variables));
  const start = rangeNumber(from, 34443, 'a starting value', 'starting value, found value of type: ');
  const end = rangeNumber(to, 34445, 'an ending value', 'ending value, found value of type: ');
  const by = operands[2];
  const step =
    by === undefined
      ? 1
      : rangeNumber(
          by.evaluate(document, variables),
          34447,
          'a step value',
          'step value, found value of type:',
        );
  if (step === 0) throw new CommandError(34449, '$range requires a non-zero step value');
  const length = Math.max(0, Math.ceil((end - start) / step));
  const bytes = 40 + 16 * length;
  if (bytes > RANGE_MEMORY_LIMIT) {
    throw new CommandError(
      146,
      `$range would use too much memory (${bytes} bytes) and cannot spill to disk. Memory limit: ${RANGE_MEMORY_LIMIT} bytes`,
    );
  }
  return Array.from({ length }, (_, index) => start + index * step);
}

function rangeNumber(value: Operand, code: number, what: string, wrongType: string): number {
  if (!isNumber(value)) {
    throw new CommandError(code, `$range requires a numeric ${wrongType}${bsonTypeName(value)}`);
  }
  const number = asInt32(value);
  if (number !== undefined) return number;
  throw new CommandError(
    code + 1,
    `$range requires ${what} that can be represented as a 32-bit integer, found value: ${toNumber(value)}`,
  );
}

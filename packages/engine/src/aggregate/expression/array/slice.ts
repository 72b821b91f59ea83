import { bsonTypeName, isNumber, toNumber, type Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { describeValue } from '../describe';
import type { OperatorCompiler } from '../expression';
import { asInt32 } from '../integral';
import { ranged, unary, variadic } from '../operands';
import { isNullish } from '../truth';

type Operand = Value | undefined;

/** What `$range` may produce: mongod counts 16 bytes a value against its 100 MiB. */
const RANGE_MEMORY_LIMIT = 100 * 1024 * 1024;

/** Operators that make arrays of arrays or numbers. */
export const SLICE_OPERATORS: Readonly<Record<string, OperatorCompiler>> = {
  $slice: ranged(2, 3, slice),
  $range: ranged(2, 3, range),
  $reverseArray: unary((array) => {
    if (isNullish(array)) return null;
    if (Array.isArray(array)) return array.toReversed();
    throw new CommandError(
      34435,
      `The argument to $reverseArray must be an array, but was of type: ${bsonTypeName(array)}`,
    );
  }),
  $concatArrays: variadic((operands) => {
    const result: Value[] = [];
    for (const operand of operands) {
      if (isNullish(operand)) return null;
      if (!Array.isArray(operand)) {
        throw new CommandError(28664, `$concatArrays only supports arrays, not ${bsonTypeName(operand)}`);
      }
      for (const element of operand) result.push(element);
    }
    return result;
  }),
};

function slice(operands: readonly Operand[]): Operand {
  if (operands.some(isNullish)) return null;
  const [array, first, second] = operands;
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

function range(operands: readonly Operand[]): Operand {
  const start = rangeNumber(operands[0], 34443, 'a starting value', 'starting value, found value of type: ');
  const end = rangeNumber(operands[1], 34445, 'an ending value', 'ending value, found value of type: ');
  const step =
    operands.length < 3 ? 1 : rangeNumber(operands[2], 34447, 'a step value', 'step value, found value of type:');
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

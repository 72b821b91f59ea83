import {
  add,
  bsonTypeName,
  divide,
  isNumber,
  makeLong,
  multiply,
  subtract,
  valuesEqual,
  type NumberValue,
  type Value,
} from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { millisecondsOf } from '../../expression/date/date-value';
import { isNullish } from '../../expression/truth';
import { sortValue, type Partition } from './partition';
import type { WindowFunctionCompiler } from './window-function';

/** `$linearFill`: nulls between two numbers lie on the straight line between them. */
export const LINEAR_FILL: WindowFunctionCompiler = ({ argument, specification, sortBy, scope }) => {
  if (specification.has('window')) {
    throw new CommandError('FailedToParse', "'window' field is not allowed in $linearFill");
  }
  if (sortBy.length !== 1) {
    throw new CommandError(
      605001,
      '$linearFill must be specified with a top level sortBy expression with exactly one element',
    );
  }
  const expression = scope.compile(argument);
  return {
    compute: (partition) => {
      const points = partition.documents.map((document): Point => ({
        at: position(sortValue(document, sortBy)),
        value: number(expression.evaluate(document, partition.variables)),
      }));
      refuseRepetitions(points);
      return fill(points, partition);
    },
  };
};

interface Point {
  readonly at: NumberValue;
  readonly value: NumberValue | null;
}

function position(value: Value | undefined): NumberValue {
  if (value instanceof Date) return makeLong(millisecondsOf(value));
  if (isNumber(value)) return value;
  throw new CommandError(
    'TypeMismatch',
    `Value of the sortBy field must be numeric or a date, but found ${bsonTypeName(value)}`,
  );
}

function number(value: Value | undefined): NumberValue | null {
  if (isNullish(value)) return null;
  if (isNumber(value)) return value;
  throw new CommandError(
    'TypeMismatch',
    `Value to be filled must be numeric or nullish, but found ${bsonTypeName(value)}`,
  );
}

function refuseRepetitions(points: readonly Point[]): void {
  for (let index = 1; index < points.length; index++) {
    if (valuesEqual((points[index - 1] as Point).at, (points[index] as Point).at)) {
      throw new CommandError(6050106, 'There can be no repeated values in the sort field');
    }
  }
}

function fill(points: readonly Point[], { documents }: Partition): Value[] {
  let left = -1;
  return documents.map((_, index) => {
    const point = points[index] as Point;
    if (point.value !== null) {
      left = index;
      return point.value;
    }
    const right = points.findIndex(({ value }, at) => at > index && value !== null);
    if (left < 0 || right < 0) return null;
    return between(points[left] as Point, points[right] as Point, point.at);
  });
}

function between(left: Point, right: Point, at: NumberValue): Value {
  const rise = subtract(right.value as NumberValue, left.value as NumberValue, 'double');
  const slope = divide(rise, subtract(right.at, left.at, 'double'));
  return add(left.value as NumberValue, multiply(subtract(at, left.at, 'double'), slope, 'double'), 'double');
}

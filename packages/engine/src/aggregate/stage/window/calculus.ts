import {
  add,
  divide,
  isNumber,
  isZero,
  makeDouble,
  makeLong,
  multiply,
  subtract,
  toNumber,
  type Doc,
  type NumberValue,
  type Value,
} from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { describeElement } from '../../expression/describe';
import { millisecondsOf } from '../../expression/date/date-value';
import { isMonthUnit, isTimeUnit, UNIT_MS } from '../../expression/date/unit';
import { NumberSum } from '../../expression/arithmetic/number-sum';
import type { Expression, Variables } from '../../expression/expression';
import { isNullish } from '../../expression/truth';
import { windowExtents } from './bounds';
import { sortValue } from './partition';
import type { WindowFunctionCall, WindowFunctionCompiler } from './window-function';

/** Rates of change and areas over the sort field. */
export const CALCULUS_FUNCTIONS: Readonly<Record<string, WindowFunctionCompiler>> = {
  $derivative: (call) => {
    const { input, unitMs } = parse(call);
    if (call.sortBy.length !== 1) throw failed('$derivative requires a sortBy');
    if (!call.specification.has('window')) throw failed('$derivative requires explicit window bounds');
    return overExtents(call, input, (points) => derivative(points, unitMs));
  },
  $integral: (call) => {
    const { input, unitMs } = parse(call);
    if (call.sortBy.length !== 1) throw failed('$integral requires a sortBy');
    return overExtents(call, input, (points) => integral(points, unitMs));
  },
};

interface Point {
  readonly x: Value | undefined;
  readonly y: Value | undefined;
}

function failed(message: string): CommandError {
  return new CommandError('FailedToParse', message);
}

function parse({ name, argument, scope }: WindowFunctionCall): {
  input: Expression;
  unitMs: bigint | undefined;
} {
  if (!(argument instanceof Map)) {
    throw failed(
      `${name} expects an object, but got a ${describeType(argument)}: ${name}: ${describeElement(argument)}`,
    );
  }
  const unknown = [...argument.keys()].find((field) => field !== 'input' && field !== 'unit');
  if (unknown !== undefined) throw failed(`${name} got unexpected argument: ${unknown}`);
  const input = argument.get('input');
  if (input === undefined) throw failed(`${name} requires an 'input' expression`);
  return { input: scope.compile(input), unitMs: unitLength(argument) };
}

function describeType(value: Value): string {
  return isNumber(value) ? 'int' : typeof value;
}

function unitLength(argument: Doc): bigint | undefined {
  const unit = argument.get('unit');
  if (unit === undefined) return undefined;
  if (typeof unit !== 'string') throw failed("'unit' must be a string");
  if (!isTimeUnit(unit)) throw failed(`unknown time unit value: ${unit}`);
  if (isMonthUnit(unit)) throw new CommandError(5490710, "unit must be 'week' or smaller");
  return UNIT_MS[unit];
}

function overExtents(
  call: WindowFunctionCall,
  input: Expression,
  compute: (points: readonly Point[]) => Value,
): ReturnType<WindowFunctionCompiler> {
  const bounds = call.bounds();
  return {
    compute: (partition) => {
      const extentOf = windowExtents(partition, bounds, call.sortBy);
      return partition.documents.map((_, index) => {
        const { start, end } = extentOf(index);
        const points = partition.documents
          .slice(start, end)
          .map((document) => pointOf(document, call, input, partition.variables));
        return compute(points);
      });
    },
  };
}

function pointOf(document: Doc, call: WindowFunctionCall, input: Expression, variables: Variables): Point {
  return { x: sortValue(document, call.sortBy), y: input.evaluate(document, variables) };
}

/** The slope between the first and the last point of a window; null if they are one, or have one place. */
function derivative(points: readonly Point[], unitMs: bigint | undefined): Value {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) return null;
  const [x0, x1] = [first, last].map(({ x }) => derivativePosition(x, unitMs)) as [NumberValue, NumberValue];
  const [y0, y1] = [first, last].map(({ y }) => derivativeInput(y)) as [NumberValue, NumberValue];
  const run = subtract(x1, x0, 'double');
  if (isZero(run)) return null;
  const slope = divide(subtract(y1, y0, 'double'), run);
  return unitMs === undefined ? slope : multiply(slope, makeDouble(Number(unitMs)), 'double');
}

function derivativePosition(x: Value | undefined, unitMs: bigint | undefined): NumberValue {
  if (unitMs !== undefined) {
    if (x instanceof Date) return makeLong(millisecondsOf(x));
    throw new CommandError(5624900, "$derivative with 'unit' expects the sortBy field to be a Date");
  }
  if (x instanceof Date) {
    throw new CommandError(5624901, "$derivative where the sortBy is a Date requires an 'unit'");
  }
  if (isNumber(x)) return x;
  throw new CommandError(5624902, '$derivative expects the sortBy field to be numeric');
}

function derivativeInput(y: Value | undefined): NumberValue {
  if (isNullish(y)) throw new CommandError(5624903, '$derivative input must not be null or missing');
  if (isNumber(y)) return y;
  throw new CommandError(5624904, '$derivative input must be numeric');
}

/** The area under the points of a window, by trapezoids; int 0 under one, null of none; NaN if a point is. */
function integral(points: readonly Point[], unitMs: bigint | undefined): Value {
  if (points.length === 0) return null;
  const checked = points.map((point) => ({ x: integralPosition(point, unitMs), y: point.y as NumberValue }));
  const sum = new NumberSum();
  // Also of a single point.
  for (const { y } of checked) if (Number.isNaN(toNumber(y))) sum.add(y);
  for (let index = 1; index < checked.length; index++) {
    const { x: x0, y: y0 } = checked[index - 1] as (typeof checked)[number];
    const { x: x1, y: y1 } = checked[index] as (typeof checked)[number];
    const heights = add(y0, y1, 'double');
    sum.add(divide(multiply(heights, subtract(x1, x0, 'double'), 'double'), makeDouble(2)));
  }
  const area = sum.result();
  return unitMs === undefined ? area : divide(area, makeLong(unitMs));
}

function integralPosition({ x, y }: Point, unitMs: bigint | undefined): NumberValue {
  if (!isNumber(y) || !(isNumber(x) || x instanceof Date)) {
    throw new CommandError(
      5423900,
      'The input value of $integral window function must be a vector of 2 value, the first value must be numeric or date type and the second must be numeric.',
    );
  }
  if (unitMs !== undefined) {
    if (x instanceof Date) return makeLong(millisecondsOf(x));
    throw new CommandError(5423901, "$integral with 'unit' expects the sortBy field to be a Date");
  }
  if (isNumber(x)) return x;
  throw new CommandError(5423902, "$integral (with no 'unit') expects the sortBy field to be numeric");
}

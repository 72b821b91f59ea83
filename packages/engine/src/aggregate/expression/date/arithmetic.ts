import {
  bsonTypeName,
  isNumber,
  makeLong,
  toBigInt,
  toNumber,
  compareValues,
  type Doc,
  type Value,
} from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { describeValue } from '../describe';
import type { Expression, OperatorCompiler, Variables } from '../expression';
import { namedArguments } from '../named-arguments';
import { withContext } from '../scope';
import { isNullish } from '../truth';
import { addUnits, isAmountValid } from './add';
import { compileArguments, momentOf, requireArgument, zoneOf } from './arguments';
import { dateOf } from './date-value';
import { differenceInUnits } from './difference';
import type { TimeZone } from './time-zone';
import { truncateMoment } from './truncate';
import { isTimeUnit, parseWeekday, type TimeUnit } from './unit';

export const DATE_ARITHMETIC_OPERATORS: Readonly<Record<string, OperatorCompiler>> = {
  $dateAdd: adder(1n),
  $dateSubtract: adder(-1n),
  $dateDiff: (argument, scope) => {
    const names = ['startDate', 'endDate', 'unit', 'timezone', 'startOfWeek'] as const;
    const given = namedArguments(argument, {
      names,
      notAnObject: () => new CommandError(5166301, '$dateDiff only supports an object as its argument'),
      unknown: (name) => new CommandError(5166302, `Unrecognized argument to $dateDiff: ${name}`),
    });
    requireArgument(given, 'startDate', 5166303, "Missing 'startDate' parameter to $dateDiff");
    requireArgument(given, 'endDate', 5166304, "Missing 'endDate' parameter to $dateDiff");
    requireArgument(given, 'unit', 5166305, "Missing 'unit' parameter to $dateDiff");
    const parts = compileArguments(given, names, scope);
    const { timezone, startOfWeek } = parts;
    const [startDate, endDate, unit] = [parts.startDate, parts.endDate, parts.unit] as [
      Expression,
      Expression,
      Expression,
    ];
    const expression: Expression = {
      evaluate: (document, variables) => {
        const values = evaluateUnlessNull([startDate, endDate, unit], document, variables);
        if (values === null) return null;
        const weekStart = startOfWeek?.evaluate(document, variables);
        if (startOfWeek !== undefined && values[2] === 'week' && isNullish(weekStart)) return null;
        const zoneId = timezone?.evaluate(document, variables);
        if (timezone !== undefined && isNullish(zoneId)) return null;
        const zone = namedZone(zoneId, timezone !== undefined, '$dateDiff');
        const start = moment(values[0], 'startDate', '$dateDiff', 5166307);
        const end = moment(values[1], 'endDate', '$dateDiff', 5166307);
        const units = unitOf(values[2], '$dateDiff');
        const week = startOfWeek !== undefined && units === 'week' ? weekdayOf(weekStart, '$dateDiff') : 0;
        return makeLong(differenceInUnits(start, end, units, zone, week));
      },
    };
    return scope.fold(expression, [startDate, endDate, unit, timezone, startOfWeek]);
  },
  $dateTrunc: (argument, scope) => {
    const names = ['date', 'unit', 'binSize', 'timezone', 'startOfWeek'] as const;
    const given = namedArguments(argument, {
      names,
      notAnObject: () => new CommandError(5439007, '$dateTrunc only supports an object as its argument'),
      unknown: (name) =>
        new CommandError(
          5439008,
          `Unrecognized argument to $dateTrunc: ${name}. Expected arguments are date, unit, and optionally, binSize, timezone, startOfWeek`,
        ),
    });
    requireArgument(given, 'date', 5439009, "Missing 'date' parameter to $dateTrunc");
    requireArgument(given, 'unit', 5439010, "Missing 'unit' parameter to $dateTrunc");
    const parts = compileArguments(given, names, scope);
    const { binSize, timezone, startOfWeek } = parts;
    const [date, unit] = [parts.date, parts.unit] as [Expression, Expression];
    const expression: Expression = {
      evaluate: (document, variables) => {
        const values = evaluateUnlessNull([date, unit], document, variables);
        if (values === null) return null;
        const bin = binSize?.evaluate(document, variables);
        if (binSize !== undefined && isNullish(bin)) return null;
        const weekStart = startOfWeek?.evaluate(document, variables);
        if (startOfWeek !== undefined && values[1] === 'week' && isNullish(weekStart)) return null;
        const zoneId = timezone?.evaluate(document, variables);
        if (timezone !== undefined && isNullish(zoneId)) return null;
        const zone = namedZone(zoneId, timezone !== undefined, '$dateTrunc');
        const utc = moment(values[0], 'date', '$dateTrunc', 5439012);
        const units = unitOf(values[1], '$dateTrunc');
        const size = binSize === undefined ? 1n : binSizeOf(bin as Value);
        const week = startOfWeek !== undefined && units === 'week' ? weekdayOf(weekStart, '$dateTrunc') : 0;
        return dateOf(truncateMoment(utc, units, size, zone, week));
      },
    };
    return scope.fold(expression, [date, unit, binSize, timezone, startOfWeek]);
  },
};

/** The values of expressions, or null at the first that is null. */
function evaluateUnlessNull(
  parts: readonly Expression[],
  document: Doc,
  variables: Variables,
): Value[] | null {
  const values: Value[] = [];
  for (const part of parts) {
    const value = part.evaluate(document, variables);
    if (isNullish(value)) return null;
    values.push(value);
  }
  return values;
}

function adder(sign: 1n | -1n): OperatorCompiler {
  return (argument, scope, name) => {
    const names = ['startDate', 'unit', 'amount', 'timezone'] as const;
    const given = namedArguments(argument, {
      names,
      notAnObject: () => new CommandError(5166400, `${name} expects an object as its argument`),
      unknown: (unknown) =>
        new CommandError(
          5166401,
          `Unrecognized argument to ${name}: ${unknown}. Expected arguments are startDate, unit, amount, and optionally timezone.`,
        ),
    });
    for (const part of ['startDate', 'unit', 'amount']) {
      requireArgument(given, part, 5166402, `${name} requires startDate, unit, and amount to be present`);
    }
    const parts = compileArguments(given, names, scope);
    const { timezone } = parts;
    const [startDate, unit, amount] = [parts.startDate, parts.unit, parts.amount] as [
      Expression,
      Expression,
      Expression,
    ];
    const expression: Expression = {
      evaluate: (document, variables) => {
        const values = evaluateUnlessNull([startDate, unit, amount], document, variables);
        if (values === null) return null;
        const [start, units, count] = values;
        const zone = zoneOf(timezone?.evaluate(document, variables), timezone !== undefined);
        if (zone === null) return null;
        return add(start as Value, units as Value, count as Value, zone, sign, name);
      },
    };
    return scope.fold(expression, [startDate, unit, amount, timezone]);
  };
}

function add(start: Value, unit: Value, amount: Value, zone: TimeZone, sign: bigint, name: string): Date {
  const utc = momentOf(start);
  if (utc === undefined) {
    throw new CommandError(5166403, `${name} requires startDate to be convertible to a date`);
  }
  if (typeof unit !== 'string') {
    throw new CommandError(5166404, `${name} expects string defining the time unit`);
  }
  if (!isTimeUnit(unit)) throw new CommandError('FailedToParse', `unknown time unit value: ${unit}`);
  const count = integer64(amount);
  if (count === undefined) throw new CommandError(5166405, `${name} expects integer amount of time units`);
  if (sign === -1n && count === -(2n ** 63n)) {
    throw new CommandError(6045000, `invalid ${name} 'amount' parameter value: ${count}`);
  }
  if (!isAmountValid(count, unit)) {
    throw new CommandError(5976500, `invalid dateAdd 'amount' parameter value: ${count} ${unit}`);
  }
  return dateOf(addUnits(utc, unit, sign * count, zone));
}

/** The value of a number of any type that is an int64; undefined for anything else. */
export function integer64(value: Value | undefined): bigint | undefined {
  if (!isNumber(value) || !(Math.abs(toNumber(value)) <= 2 ** 63)) return undefined;
  const whole = toBigInt(value);
  return compareValues(value, whole) === 0 && BigInt.asIntN(64, whole) === whole ? whole : undefined;
}

function namedZone(id: Value | undefined, isGiven: boolean, name: string): TimeZone {
  try {
    return zoneOf(id, isGiven) as TimeZone;
  } catch (error) {
    throw error instanceof CommandError
      ? withContext(error, `${name} parameter 'timezone' value parsing failed`)
      : error;
  }
}

function moment(value: Value | undefined, parameter: string, name: string, code: number): bigint {
  const utc = momentOf(value);
  if (utc !== undefined) return utc;
  throw new CommandError(
    code,
    `${name} requires '${parameter}' to be a date, but got ${bsonTypeName(value)}`,
  );
}

function unitOf(value: Value | undefined, name: string): TimeUnit {
  if (typeof value !== 'string') {
    throw new CommandError(5439013, `${name} requires 'unit' to be a string, but got ${bsonTypeName(value)}`);
  }
  if (isTimeUnit(value)) return value;
  throw new CommandError(
    5439014,
    `${name} parameter 'unit' value cannot be recognized as a time unit: ${value}`,
  );
}

function weekdayOf(value: Value | undefined, name: string): number {
  if (typeof value !== 'string') {
    throw new CommandError(
      5439015,
      `${name} requires 'startOfWeek' to be a string, but got ${bsonTypeName(value)}`,
    );
  }
  const day = parseWeekday(value);
  if (day !== undefined) return day;
  throw new CommandError(
    5439016,
    `${name} parameter 'startOfWeek' value cannot be recognized as a day of a week: ${value}`,
  );
}

function binSizeOf(value: Value): bigint {
  const size = integer64(value);
  if (size === undefined) {
    throw new CommandError(
      5439017,
      `$dateTrunc requires 'binSize' to be a 64-bit integer, but got value '${describeValue(value)}' of type ${bsonTypeName(value)}`,
    );
  }
  if (size <= 0n) {
    throw new CommandError(
      5439018,
      `$dateTrunc requires 'binSize' to be greater than 0, but got value ${size}`,
    );
  }
  return size;
}

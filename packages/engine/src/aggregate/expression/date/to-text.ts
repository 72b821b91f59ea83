import { bsonTypeName, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { describeValue } from '../describe';
import type { Expression, OperatorCompiler } from '../expression';
import { namedArguments } from '../named-arguments';
import { isNullish } from '../truth';
import { coerceToMoment, compileArguments, requireArgument, zoneOf } from './arguments';
import { civilTime, isoWeek, isoWeekday, splitDays } from './calendar';
import { checkFormat, DEFAULT_FORMAT, formatMoment } from './format';
import { toLocal } from './time-zone';

export const DATE_OUTPUT_OPERATORS: Readonly<Record<string, OperatorCompiler>> = {
  $dateToString: (argument, scope) => {
    const given = namedArguments(argument, {
      names: ['date', 'format', 'timezone', 'onNull'],
      notAnObject: () => new CommandError(18629, '$dateToString only supports an object as its argument'),
      unknown: (name) => new CommandError(18534, `Unrecognized argument to $dateToString: ${name}`),
    });
    requireArgument(given, 'date', 18628, "Missing 'date' parameter to $dateToString");
    const parts = compileArguments(given, ['date', 'format', 'timezone', 'onNull'], scope);
    const { format, timezone, onNull } = parts;
    const date = parts.date as Expression;
    const expression: Expression = {
      evaluate: (document, variables) => {
        const value = date.evaluate(document, variables);
        const text = format === undefined ? undefined : formatOf(format.evaluate(document, variables));
        const zone = zoneOf(timezone?.evaluate(document, variables), timezone !== undefined);
        if (isNullish(value)) return onNull === undefined ? null : onNull.evaluate(document, variables);
        if (zone === null || text === null) return null;
        return formatMoment(coerceToMoment(value), text ?? DEFAULT_FORMAT, zone);
      },
    };
    return scope.fold(expression, [date, format, timezone, onNull]);
  },
  $dateToParts: (argument, scope) => {
    const given = namedArguments(argument, {
      names: ['date', 'timezone', 'iso8601'],
      notAnObject: () => new CommandError(40524, '$dateToParts only supports an object as its argument'),
      unknown: (name) => new CommandError(40520, `Unrecognized argument to $dateToParts: ${name}`),
    });
    requireArgument(given, 'date', 40522, "Missing 'date' parameter to $dateToParts");
    const parts = compileArguments(given, ['date', 'timezone', 'iso8601'], scope);
    const { timezone, iso8601 } = parts;
    const date = parts.date as Expression;
    const expression: Expression = {
      evaluate: (document, variables) => {
        const value = date.evaluate(document, variables);
        const zone = zoneOf(timezone?.evaluate(document, variables), timezone !== undefined);
        if (zone === null) return null;
        const iso = iso8601 === undefined ? false : isoFlag(iso8601.evaluate(document, variables));
        if (iso === null || isNullish(value)) return null;
        const local = toLocal(coerceToMoment(value), zone);
        return iso ? isoParts(local) : naturalParts(local);
      },
    };
    return scope.fold(expression, [date, timezone, iso8601]);
  },
};

function formatOf(format: Value | undefined): string | null {
  if (isNullish(format)) return null;
  if (typeof format !== 'string') {
    throw new CommandError(
      18533,
      `$dateToString requires that 'format' be a string, found: ${bsonTypeName(format)} with value ${describeValue(format)}`,
    );
  }
  checkFormat(format, 'print');
  return format;
}

function isoFlag(value: Value | undefined): boolean | null {
  if (isNullish(value)) return null;
  if (typeof value === 'boolean') return value;
  throw new CommandError(40521, `iso8601 must evaluate to a bool, found ${bsonTypeName(value)}`);
}

function naturalParts(local: bigint): Doc {
  return new Map(Object.entries(civilTime(local)));
}

function isoParts(local: bigint): Doc {
  const { days } = splitDays(local);
  const { year, week } = isoWeek(days);
  const { hour, minute, second, millisecond } = civilTime(local);
  return new Map(
    Object.entries({
      isoWeekYear: year,
      isoWeek: week,
      isoDayOfWeek: isoWeekday(days),
      hour,
      minute,
      second,
      millisecond,
    }),
  );
}

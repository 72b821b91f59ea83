import { bsonTypeName, makeLong, type Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { describeElement, describeValue } from '../describe';
import type { Expression, ExpressionScope, OperatorCompiler } from '../expression';
import { isNullish } from '../truth';
import { coerceToMoment } from './arguments';
import { civilTime, dayOfYear, isoWeek, isoWeekday, splitDays, weekday, weekOfYear } from './calendar';
import { timeZone, toLocal, UTC } from './time-zone';

/** Operators that read one part of a date: `{$hour: date}`, `{$hour: {date, timezone}}`. */
export const DATE_PART_OPERATORS: Readonly<Record<string, OperatorCompiler>> = {
  $year: part((local) => civilTime(local).year),
  $month: part((local) => civilTime(local).month),
  $dayOfMonth: part((local) => civilTime(local).day),
  $hour: part((local) => civilTime(local).hour),
  $minute: part((local) => civilTime(local).minute),
  $second: part((local) => civilTime(local).second),
  $millisecond: part((local) => civilTime(local).millisecond),
  $dayOfYear: part((local) => dayOfYear(splitDays(local).days)),
  $dayOfWeek: part((local) => weekday(splitDays(local).days) + 1),
  $week: part((local) => weekOfYear(splitDays(local).days)),
  $isoWeek: part((local) => isoWeek(splitDays(local).days).week),
  $isoDayOfWeek: part((local) => isoWeekday(splitDays(local).days)),
  // The one part that mongod answers with an int64.
  $isoWeekYear: part((local) => makeLong(BigInt(isoWeek(splitDays(local).days).year))),
};

function part(read: (local: bigint) => Value): OperatorCompiler {
  return (argument, scope, name) => {
    const [date, zone] = operands(argument, scope, name);
    const expression: Expression = {
      evaluate: (document, variables) => {
        const value = date.evaluate(document, variables);
        if (isNullish(value)) return null;
        const moment = coerceToMoment(value);
        if (zone === undefined) return read(toLocal(moment, UTC));
        const id = zone.evaluate(document, variables);
        if (isNullish(id)) return null;
        if (typeof id !== 'string') {
          throw new CommandError(
            40533,
            `${name} requires a string for the timezone argument, but was given a ${bsonTypeName(id)} (${describeValue(id)})`,
          );
        }
        return read(toLocal(moment, timeZone(id)));
      },
    };
    return scope.fold(expression, [date, zone]);
  };
}

function operands(argument: Value, scope: ExpressionScope, name: string): [Expression, Expression?] {
  if (Array.isArray(argument)) {
    if (argument.length === 1) return [scope.compile(argument[0] as Value)];
    throw new CommandError(
      40536,
      `${name} accepts exactly one argument if given an array, but was given ${argument.length}`,
    );
  }
  if (!(argument instanceof Map) || [...argument.keys()][0]?.startsWith('$') === true) {
    return [scope.compile(argument)];
  }
  for (const option of argument.keys()) {
    if (option !== 'date' && option !== 'timezone') {
      throw new CommandError(40535, `unrecognized option to ${name}: "${option}"`);
    }
  }
  const date = argument.get('date');
  const zone = argument.get('timezone');
  if (date === undefined) {
    throw new CommandError(
      40539,
      `missing 'date' argument to ${name}, provided: ${name}: ${describeElement(argument)}`,
    );
  }
  return zone === undefined ? [scope.compile(date)] : [scope.compile(date), scope.compile(zone)];
}

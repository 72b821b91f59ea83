import { bsonTypeName, compareValues, isNumber, toNumber, toBigInt, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { describeValue } from '../describe';
import type { Expression, OperatorCompiler, Variables } from '../expression';
import { namedArguments } from '../named-arguments';
import { isNullish } from '../truth';
import { compileArguments, zoneOf, type Arguments } from './arguments';
import { DAY_MS, daysFromCivil, daysFromIsoWeek } from './calendar';
import { dateOf } from './date-value';
import { toUtc } from './time-zone';

const NATURAL = ['year', 'month', 'day'] as const;
const ISO = ['isoWeekYear', 'isoWeek', 'isoDayOfWeek'] as const;
const CLOCK = ['hour', 'minute', 'second', 'millisecond'] as const;
const NAMES = [...NATURAL, ...ISO, ...CLOCK, 'timezone'] as const;
type Parts = Arguments<(typeof NAMES)[number]>;

/** `$dateFromParts`: by year, month and day, or by ISO week; values out of range carry over. */
export const DATE_FROM_PARTS: OperatorCompiler = (argument, scope) => {
  const given = namedArguments(argument, {
    names: NAMES,
    notAnObject: () => new CommandError(40519, '$dateFromParts only supports an object as its argument'),
    unknown: (name) => new CommandError(40518, `Unrecognized argument to $dateFromParts: ${name}`),
  });
  const has = (name: string): boolean => given.has(name);
  if (!has('year') && !has('isoWeekYear')) {
    throw new CommandError(40516, "$dateFromParts requires either 'year' or 'isoWeekYear' to be present");
  }
  if (has('year') && ISO.some(has)) {
    throw new CommandError(40489, '$dateFromParts does not allow mixing natural dates with ISO dates');
  }
  if (has('isoWeekYear') && NATURAL.some(has)) {
    throw new CommandError(40525, '$dateFromParts does not allow mixing ISO dates with natural dates');
  }
  const parts: Parts = compileArguments(given, NAMES, scope);
  const expression: Expression = { evaluate: (document, variables) => compose(parts, document, variables) };
  return scope.fold(
    expression,
    NAMES.map((name) => parts[name]),
  );
};

function compose(parts: Parts, document: Doc, variables: Variables): Value {
  const read = (
    name: (typeof CLOCK | typeof NATURAL | typeof ISO)[number],
    otherwise: bigint,
  ): bigint | null => {
    const expression = parts[name];
    if (expression === undefined) return otherwise;
    return integer(expression.evaluate(document, variables), name);
  };
  const clock: bigint[] = [];
  for (const name of CLOCK) {
    const value = read(name, 0n);
    if (value === null) return null;
    if (name === 'hour' || name === 'minute') checkSmall(value, name);
    clock.push(value);
  }
  const zone = zoneOf(parts.timezone?.evaluate(document, variables), parts.timezone !== undefined);
  if (zone === null) return null;
  const names = parts.year === undefined ? ISO : NATURAL;
  const date: bigint[] = [];
  for (const name of names) {
    const value = read(name, 1n);
    if (value === null) return null;
    if (name !== 'year' && name !== 'isoWeekYear') checkSmall(value, name);
    date.push(value);
  }
  const [year, second, third] = date.map(Number) as [number, number, number];
  checkYear(year, names[0]);
  const days =
    parts.year === undefined ? daysFromIsoWeek(year, second, third) : daysFromCivil(year, second, third);
  const milliseconds = clockMilliseconds(clock);
  const local = BigInt(days) * BigInt(DAY_MS) + milliseconds;
  // mongod adds milliseconds as microseconds, seconds as milliseconds.
  if (!fitsInt64(local) || !fitsInt64((clock[3] as bigint) * 1000n)) {
    throw new CommandError(
      159,
      'Overflow casting from a lower-precision duration to a higher-precision duration',
    );
  }
  return dateOf(toUtc(local, zone));
}

function clockMilliseconds(clock: readonly bigint[]): bigint {
  const [hour, minute, second, millisecond] = clock as [bigint, bigint, bigint, bigint];
  return ((hour * 60n + minute) * 60n + second) * 1000n + millisecond;
}

function fitsInt64(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value;
}

function integer(value: Value | undefined, name: string): bigint | null {
  if (isNullish(value)) return null;
  if (isNumber(value)) {
    const number = toNumber(value);
    if (Math.abs(number) <= 2 ** 63) {
      const whole = toBigInt(value);
      if (compareValues(value, whole) === 0 && BigInt.asIntN(64, whole) === whole) return whole;
    }
  }
  throw new CommandError(
    40515,
    `'${name}' must evaluate to an integer, found ${bsonTypeName(value)} with value ${describeValue(value)}`,
  );
}

function checkSmall(value: bigint, name: string): void {
  if (BigInt.asIntN(16, value) === value) return;
  throw new CommandError(
    31034,
    `'${name}' must evaluate to a value in the range [-32768, 32767]; value ${value} is not in range`,
  );
}

function checkYear(year: number, name: string): void {
  if (year >= 1 && year <= 9999) return;
  throw new CommandError(
    name === 'year' ? 40523 : 31095,
    `'${name}' must evaluate to an integer in the range 1 to 9999, found ${year}`,
  );
}

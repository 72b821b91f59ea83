import { ObjectId, Timestamp, bsonTypeName, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import type { Expression, ExpressionScope } from '../expression';
import { isNullish } from '../truth';
import { millisecondsOf } from './date-value';
import { timeZone, UTC, type TimeZone } from './time-zone';

/** Milliseconds of a date, a timestamp or an ObjectId; undefined for what has no moment. */
export function momentOf(value: Value | undefined): bigint | undefined {
  if (value instanceof Date) return millisecondsOf(value);
  if (value instanceof Timestamp) return BigInt(value.high >>> 0) * 1000n;
  if (value instanceof ObjectId) return BigInt(value.getTimestamp().getTime());
  return undefined;
}

/** The same; 16006 for what has no moment. */
export function coerceToMoment(value: Value | undefined): bigint {
  const moment = momentOf(value);
  if (moment !== undefined) return moment;
  throw new CommandError(16006, `can't convert from BSON type ${bsonTypeName(value)} to Date`);
}

/** The zone that a `timezone` argument names: UTC if there is none, null if it is null. */
export function zoneOf(value: Value | undefined, isGiven: boolean): TimeZone | null {
  if (!isGiven) return UTC;
  if (isNullish(value)) return null;
  if (typeof value === 'string') return timeZone(value);
  throw new CommandError(40517, `timezone must evaluate to a string, found ${bsonTypeName(value)}`);
}

/** Throws unless an argument is given: mongod looks before it compiles any of them. */
export function requireArgument(given: Doc, name: string, code: number, message: string): void {
  if (!given.has(name)) throw new CommandError(code, message);
}

/** The arguments of a date operator that are given, compiled, by name. */
export type Arguments<Name extends string> = { readonly [name in Name]?: Expression };

export function compileArguments<Name extends string>(
  given: Doc,
  names: readonly Name[],
  scope: ExpressionScope,
): Arguments<Name> {
  const compiled: { [name in Name]?: Expression } = {};
  for (const name of names) {
    const value = given.get(name);
    if (value !== undefined) compiled[name] = scope.compile(value);
  }
  return compiled;
}

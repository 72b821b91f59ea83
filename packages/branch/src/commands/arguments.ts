import { bsonTypeName, isNumber, toNumber, type Doc, type Value } from '@argon/bson';
import { CommandError, parseAddress, type Moment, type Operation } from '@argon/engine';
import type { Lsn } from '@argon/wal';
import type { Side } from '../document/merge-documents';
import { deciderOf, type Decider } from '../merge/decide';
import type { Place } from '../place/places';
import type { Watch } from '../steps/watch';

/** Reads a command's arguments as strictly as mongod reads its own. Null stands for none. All throw CommandErrors. */

/** @throws CommandError 40414 for none */
export function required<T>(value: T | undefined, operation: Operation, field: string): T {
  if (value !== undefined) return value;
  const name = `${operation.command.name}.${field}`;
  throw new CommandError(40414, `BSON field '${name}' is missing but a required field`);
}

/** An LSN: a whole number from 0 up. */
export function lsnArgument(operation: Operation, field: string): Lsn | undefined {
  const value = valueOf(operation, field);
  if (value === undefined) return undefined;
  return lsnOf(value, operation, field) ?? wrongType(operation, field, value, ['int', 'long']);
}

/** A time, in ms since the epoch. */
export function timeArgument(operation: Operation, field: string): number | undefined {
  const value = valueOf(operation, field);
  if (value === undefined) return undefined;
  return value instanceof Date ? value.getTime() : wrongType(operation, field, value, ['date']);
}

/** A moment: a date, or the number of an LSN; or `{time: date}`, `{lsn: 1042}`. */
export function momentArgument(operation: Operation, field: string): Moment | undefined {
  const value = valueOf(operation, field);
  if (value === undefined) return undefined;
  return momentOf(value, operation, field) ?? wrongType(operation, field, value, ['date', 'int', 'long']);
}

/** A moment, or a tag's name. */
export function targetArgument(
  operation: Operation,
  field: string,
): Moment | { readonly tag: string } | undefined {
  const value = valueOf(operation, field);
  if (typeof value === 'string') return { tag: value };
  if (value === undefined) return undefined;
  const expected = ['date', 'int', 'long', 'string'];
  return momentOf(value, operation, field) ?? wrongType(operation, field, value, expected);
}

/** The command's own value where that is a name. */
export function nameArgument(operation: Operation): string {
  const { name } = operation.command;
  const value = operation.command.get(name);
  return typeof value === 'string' ? value : wrongType(operation, name, value ?? null, ['string']);
}

export function stringsArgument(operation: Operation, field: string): readonly string[] | undefined {
  const value = valueOf(operation, field);
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) return wrongType(operation, field, value, ['array']);
  return value.map((each, i) =>
    typeof each === 'string' ? each : wrongType(operation, `${field}.${i}`, each, ['string']),
  );
}

/**
 * A place, as database names have them, without the project: `feature-x`, `v1`, `main@1042`,
 * `main@2026-01-31T12-00-00Z`.
 * @throws CommandError InvalidNamespace
 */
export function placeOf(operation: Operation, text: string): Omit<Place, 'project'> {
  const { project } = operation.address;
  const { branch: name, moment: at } = parseAddress(`${project}~${text}`);
  return { name, at };
}

/** The place that the command's database names. */
export function addressedPlace(operation: Operation): Place {
  const { project, branch: name, moment: at } = operation.address;
  return { project, name, at };
}

/** `strategy: 'ours' | 'theirs'`, and `strategies: {orders: 'theirs'}` for single collections. */
export function deciderArgument(operation: Operation): Decider {
  const all = operation.optionalString('strategy');
  const each: Doc = operation.optionalDocument('strategies') ?? new Map<string, Value>();
  const collections = [...each].map(([name, side]) => {
    const field = `strategies.${name}`;
    const text = typeof side === 'string' ? side : wrongType(operation, field, side, ['string']);
    return [name, sideOf(text, operation, field)] as const;
  });
  return deciderOf({
    all: all === undefined ? undefined : sideOf(all, operation, 'strategy'),
    collections: new Map(collections),
  });
}

/** The end of the client, and of the command's time, is the end of the work. */
export function watchOf(operation: Operation): Watch {
  return { signal: operation.context.signal, progress: () => operation.checkTime() };
}

function sideOf(text: string, operation: Operation, field: string): Side {
  if (text === 'ours' || text === 'theirs') return text;
  const { name } = operation.command;
  throw new CommandError(
    'BadValue',
    `Enumeration value '${text}' for field '${name}.${field}' is not a valid value; it takes 'ours' or 'theirs'.`,
  );
}

function valueOf(operation: Operation, field: string): Value | undefined {
  return operation.command.get(field) ?? undefined;
}

function momentOf(value: Value, operation: Operation, field: string): Moment | undefined {
  if (value instanceof Date) return { timestamp: value.getTime() };
  if (value instanceof Map) return namedMoment(value, operation, field);
  const lsn = lsnOf(value, operation, field);
  return lsn === undefined ? undefined : { lsn };
}

/** `{lsn: 1042}` or `{time: date}`; undefined if it is neither. */
function namedMoment(value: Doc, operation: Operation, field: string): Moment | undefined {
  const [[name, inner] = ['', null]] = value;
  const isMoment = name === 'lsn' ? isNumber(inner) : name === 'time' && inner instanceof Date;
  return isMoment && value.size === 1 ? momentOf(inner, operation, `${field}.${name}`) : undefined;
}

/** Undefined if it is no number. */
function lsnOf(value: Value, operation: Operation, field: string): Lsn | undefined {
  if (!isNumber(value)) return undefined;
  const lsn = toNumber(value);
  if (Number.isSafeInteger(lsn) && lsn >= 0) return lsn;
  throw new CommandError(
    'BadValue',
    `BSON field '${operation.command.name}.${field}' value must be an LSN, a whole number >= 0, actual value '${lsn}'`,
  );
}

function wrongType(operation: Operation, field: string, value: Value, expected: readonly string[]): never {
  const { name } = operation.command;
  const types = expected.length === 1 ? `type '${expected[0]!}'` : `types '[${expected.join(', ')}]'`;
  const path = field === name ? name : `${name}.${field}`;
  throw new CommandError(
    'TypeMismatch',
    `BSON field '${path}' is the wrong type '${bsonTypeName(value)}', expected ${types}`,
  );
}

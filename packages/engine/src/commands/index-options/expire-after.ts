import { bsonTypeName, isNumber, toNumber, type Doc, type NumberValue, type Value } from '@argon/bson';
import { indexKind } from '@argon/materializer';
import { CommandError } from '../../handler/errors';
import { describeValue } from '../../match/parse/describe';
import { wholeNumber } from './whole-number';

/** The greatest number of seconds, which also stands for NaN. */
const MOST = 2 ** 31 - 1;

/** `expireAfterSeconds` as a whole number of seconds. */
export function expireAfterSeconds(value: Value | undefined): number | undefined {
  if (!isNumber(value)) return undefined;
  const seconds = toNumber(value);
  return Number.isNaN(seconds) ? MOST : Math.trunc(Math.max(-MOST - 1, Math.min(MOST, seconds)));
}

/** @throws CommandError CannotCreateIndex for a number of seconds that cannot be, or an index that has no single date */
export function checkExpireAfter(specification: Doc): void {
  const value = specification.get('expireAfterSeconds');
  if (value === undefined) return;
  const refuse = (why: string): never => {
    throw new CommandError('CannotCreateIndex', `${why}. Index spec: ${describeValue(specification)}`);
  };
  if (!isNumber(value)) {
    refuse(
      `TTL index 'expireAfterSeconds' option must be numeric, but received a type of '${bsonTypeName(value)}'`,
    );
  }
  const seconds = wholeNumber(value as NumberValue);
  if (seconds < 0) refuse(`TTL index 'expireAfterSeconds' option cannot be less than 0`);
  if (seconds > MOST) {
    refuse(`TTL index 'expireAfterSeconds' option must be within an acceptable range, try a lower number`);
  }
  const key = specification.get('key') as Doc;
  if (key.size > 1) refuse('TTL indexes are single-field indexes, compound indexes do not support TTL');
}

/** @throws CommandError for a wildcard index, which has no one field to expire by */
export function checkKindExpires(specification: Doc): void {
  if (!specification.has('expireAfterSeconds')) return;
  if (indexKind(specification.get('key') as Doc) === 'wildcard') {
    throw new CommandError('CannotCreateIndex', `Index type 'wildcard' cannot be a TTL index`);
  }
}

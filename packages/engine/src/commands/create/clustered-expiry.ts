import { bsonTypeName, isNumber, makeLong, type Long, type Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { wholeNumber } from '../index-options/whole-number';

/** The greatest number of seconds that mongod keeps. */
const MOST = 2 ** 31 - 1;

/**
 * `expireAfterSeconds` of a clustered collection, as it is kept.
 * @throws CommandError InvalidOptions for a time that cannot be, or before 1970
 */
export function clusteredExpiry(value: Value): Long {
  const seconds = isNumber(value) ? wholeNumber(value) : 0;
  const refuse = (why: string): never => {
    throw new CommandError('InvalidOptions', `TTL index 'expireAfterSeconds' option ${why}`);
  };
  if (seconds < 0) refuse('cannot be less than 0');
  if (seconds > MOST || seconds > Date.now() / 1000) {
    refuse('must be within an acceptable range, try a lower number');
  }
  return makeLong(BigInt(seconds));
}

/** collMod's `expireAfterSeconds`: a number, or `off`. @throws CommandError TypeMismatch */
export function checkExpiryType(value: Value | undefined): void {
  if (value === undefined || typeof value === 'string' || isNumber(value)) return;
  throw new CommandError(
    'TypeMismatch',
    `BSON field 'collMod.expireAfterSeconds' is the wrong type '${bsonTypeName(value)}', expected types '[string, long']`,
  );
}

/** What collMod makes of the expiry of a clustered collection; null: documents stay from now on. @throws CommandError */
export function changedExpiry(value: Value): Long | null {
  if (typeof value !== 'string') return clusteredExpiry(value);
  if (value === 'off') return null;
  throw new CommandError(
    'InvalidOptions',
    `Invalid string value for the 'clusteredIndex::expireAfterSeconds' option. Got: '${value}'. Accepted value is 'off'`,
  );
}

import { BsonUndefined, isNumber, isZero, type Value } from '@argon/bson';

/** Missing, null or the deprecated undefined: what most operators answer with null. */
export function isNullish(value: Value | undefined): value is null | undefined | BsonUndefined {
  return value === undefined || value === null || value === BsonUndefined.VALUE;
}

/** mongod's coercion to boolean: null, missing, undefined, false and every zero are false, the rest is true. */
export function isTrue(value: Value | undefined): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0;
  if (isNullish(value)) return false;
  return !isNumber(value) || !isZero(value);
}

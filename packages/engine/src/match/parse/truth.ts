import { isNumber, isZero, BsonUndefined } from '@argon/bson';
import type { Value } from '@argon/bson';

/** Whether mongod takes a value as true: everything but false, zero of any type, null, undefined and missing. */
export function isTrue(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === false || value instanceof BsonUndefined)
    return false;
  return !(isNumber(value) && isZero(value));
}

import { isInt32, makeDouble, makeLong, type Value } from '@argon/bson';

/** A whole number as mongod writes it: an int32 where it fits, else an int64. */
export function amount(value: number): Value {
  const cut = Math.trunc(value);
  return isInt32(cut) ? cut : makeLong(BigInt(cut));
}

/** A quotient as mongod writes it: a double, but for nothing at all. */
export function quotient(value: number): Value {
  return makeDouble(value);
}

import { compareValues, isNumber, toNumber, type Value } from '@argon/bson';

/** The value of a number of any type that is a 32-bit integer; undefined for anything else. */
export function asInt32(value: Value | undefined): number | undefined {
  if (!isNumber(value)) return undefined;
  const number = toNumber(value);
  if (number !== (number | 0) || compareValues(value, number) !== 0) return undefined;
  return number + 0;
}

/** The value of a number of any type that is an integer JavaScript holds exactly; undefined for anything else. */
export function asSafeInteger(value: Value | undefined): number | undefined {
  if (!isNumber(value)) return undefined;
  const number = toNumber(value);
  if (!Number.isSafeInteger(number) || compareValues(value, number) !== 0) return undefined;
  return number + 0;
}

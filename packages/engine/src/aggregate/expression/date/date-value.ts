import { dateMilliseconds, FarDate } from '@argon/bson';

/** The greatest distance from the epoch that JavaScript's Date holds, in ms. */
const DATE_RANGE = 8.64e15;

/** A BSON date; one that JavaScript's Date cannot hold is a FarDate. */
export function dateOf(milliseconds: number | bigint): Date {
  const number = Number(milliseconds);
  if (Math.abs(number) <= DATE_RANGE) return new Date(number);
  return new FarDate(BigInt.asIntN(64, BigInt(milliseconds)));
}

/** Milliseconds since the epoch, exactly. */
export function millisecondsOf(date: Date): bigint {
  return BigInt(dateMilliseconds(date));
}

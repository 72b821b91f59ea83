/** The greatest distance from the epoch, in ms, that a JavaScript Date can hold; BSON dates reach further. */
const DATE_RANGE = 8.64e15;

/**
 * A BSON date that JavaScript's Date cannot hold (before the year −271821 or after 275760). As a Date it is invalid;
 * `milliseconds` is its value, so that it is stored, compared and sorted exactly.
 */
export class FarDate extends Date {
  constructor(readonly milliseconds: bigint) {
    super(Number.NaN);
  }
}

/** Milliseconds since the epoch; a bigint for a {@link FarDate}, NaN for any other invalid Date. */
export function dateMilliseconds(date: Date): number | bigint {
  const milliseconds = date.getTime();
  return Number.isNaN(milliseconds) && date instanceof FarDate ? date.milliseconds : milliseconds;
}

/** The Date for a BSON date's two halves (low unsigned, high signed). */
export function makeDate(low: number, high: number): Date {
  const milliseconds = high * 4294967296 + low;
  if (milliseconds > DATE_RANGE || milliseconds < -DATE_RANGE) {
    return new FarDate((BigInt(high) << 32n) | BigInt(low));
  }
  return new Date(milliseconds);
}

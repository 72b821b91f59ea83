/** How many durations are told apart: half powers of two from 16 µs to 64 s, and what is below and above. */
export const BUCKETS = 46;

const FIRST = 16;

/** Where buckets end, µs: bucket i has what is at least `ENDS[i - 1]` and less than `ENDS[i]`. The last one has no end. */
const ENDS: readonly number[] = Array.from({ length: BUCKETS - 1 }, (_, i) => FIRST * 2 ** (i / 2));

/** The bucket that a duration (µs) belongs to. */
export function bucketOf(duration: number): number {
  if (duration < FIRST) return 0;
  const near = Math.min(BUCKETS - 1, 1 + Math.floor(2 * Math.log2(duration / FIRST)));
  // Logarithms are rounded: at a bound it may be the one beside.
  if (duration >= (ENDS[near] ?? Infinity)) return near + 1;
  return duration < ENDS[near - 1]! ? near - 1 : near;
}

/** The durations of a bucket, µs: from the first, up to the second, exclusive. */
export function boundsOf(bucket: number): readonly [from: number, to: number] {
  return [bucket === 0 ? 0 : ENDS[bucket - 1]!, ENDS[bucket] ?? Infinity];
}

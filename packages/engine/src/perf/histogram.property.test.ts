import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundsOf, bucketOf, BUCKETS } from './buckets';
import { Histogram } from './histogram';

/** Durations of every order of magnitude, µs, and the bounds of buckets themselves. */
const duration = fc.oneof(
  fc.double({ min: 0, max: 30, noNaN: true }).map((power) => 2 ** power),
  fc.nat({ max: BUCKETS - 1 }).map((bucket) => boundsOf(bucket)[0]),
);

function histogramOf(durations: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const each of durations) histogram.add(each);
  return histogram;
}

describe('durations in buckets', () => {
  it('lie between the bounds of theirs', () => {
    fc.assert(
      fc.property(duration, (each) => {
        const [from, to] = boundsOf(bucketOf(each));
        expect(each).toBeGreaterThanOrEqual(from);
        expect(each).toBeLessThan(to);
      }),
    );
  });

  it('a quantile lies in the bucket of the true one, and is not beyond the longest', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(duration, { minLength: 1, maxLength: 200 }), share, (durations, q) => {
        const sorted = durations.toSorted((a, b) => a - b);
        const exact = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)]!;
        const [from, to] = boundsOf(bucketOf(exact));
        const told = histogramOf(durations).quantile(q)!;
        expect(told).toBeGreaterThanOrEqual(from);
        expect(told).toBeLessThanOrEqual(Math.min(to, sorted.at(-1)!));
      }),
    );
  });

  it('of two parts added up are those of both', () => {
    const some = fc.array(duration, { maxLength: 50 });
    fc.assert(
      fc.property(some, some, (one, other) => {
        const sum = histogramOf(one);
        sum.merge(histogramOf(other));
        expect(sum).toEqual(histogramOf([...one, ...other]));
      }),
    );
  });

  it('have no quantile where there are none', () => {
    expect(new Histogram().quantile(0.5)).toBeUndefined();
  });
});

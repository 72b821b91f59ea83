import { PERF_BYTES } from '@argon/wal';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUCKETS } from './buckets';
import { decodeCounts, encodeCounts } from './codec';
import { COUNTERS, PerfCounts, TIMED } from './counts';

const counts = fc
  .record({
    counters: fc.array(fc.maxSafeNat(), { minLength: COUNTERS.length, maxLength: COUNTERS.length }),
    timed: fc.array(fc.array(fc.tuple(fc.nat(BUCKETS - 1), fc.nat(1e9)), { maxLength: 60 }), {
      minLength: TIMED.length,
      maxLength: TIMED.length,
    }),
    max: fc.nat(),
  })
  .map(({ counters, timed, max }) => {
    const made = new PerfCounts();
    COUNTERS.forEach((name, i) => (made.counters[name] = counters[i]!));
    TIMED.forEach((name, i) => {
      const histogram = made.timed[name];
      for (const [bucket, count] of timed[i]!) {
        histogram.counts[bucket]! += count;
        histogram.count += count;
      }
      histogram.max = max;
    });
    return made;
  });

describe('counts as bytes', () => {
  it('are read as they were', () => {
    fc.assert(
      fc.property(counts, (each) => {
        expect(decodeCounts(encodeCounts(each))).toEqual(each);
      }),
    );
  });

  it('take no more than a store keeps, at a million a second in every bucket', () => {
    const many = new PerfCounts();
    for (const name of COUNTERS) many.counters[name] = 1e15;
    for (const name of TIMED) {
      many.timed[name].counts.fill(60e6);
      many.timed[name].max = 1e12;
    }
    expect(encodeCounts(many).length).toBeLessThanOrEqual(PERF_BYTES);
  });

  it('damaged or of another version are none, whatever was cut off', () => {
    expect(decodeCounts(Uint8Array.of())).toBeUndefined();
    expect(decodeCounts(Uint8Array.of(2, 0, 0))).toBeUndefined();
    fc.assert(
      fc.property(counts, fc.double({ min: 0, max: 0.999, noNaN: true }), (each, share) => {
        const bytes = encodeCounts(each);
        expect(decodeCounts(bytes.subarray(0, Math.floor(share * bytes.length)))).toBeUndefined();
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        decodeCounts(Uint8Array.of(1, ...bytes));
      }),
    );
  });
});

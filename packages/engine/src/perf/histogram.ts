import { boundsOf, bucketOf, BUCKETS } from './buckets';

/** How long things took: how many of each bucket, so that those of several minutes and processes can be added up. */
export class Histogram {
  readonly counts = new Float64Array(BUCKETS);
  count = 0;
  /** The longest, µs. */
  max = 0;

  /** @param duration µs */
  add(duration: number): void {
    this.counts[bucketOf(duration)]! += 1;
    this.count += 1;
    if (duration > this.max) this.max = duration;
  }

  merge({ counts, count, max }: Histogram): void {
    for (let i = 0; i < BUCKETS; i++) this.counts[i]! += counts[i]!;
    this.count += count;
    this.max = Math.max(this.max, max);
  }

  clear(): void {
    this.counts.fill(0);
    this.count = this.max = 0;
  }

  /**
   * The duration (µs) that this share (0–1) of all did not exceed, as near as buckets tell: it lies in the bucket of the true
   * one. Undefined if there is none.
   */
  quantile(share: number): number | undefined {
    if (this.count === 0) return undefined;
    const rank = Math.min(this.count, Math.max(1, Math.ceil(share * this.count)));
    let before = 0;
    for (let bucket = 0; ; bucket++) {
      const own = this.counts[bucket]!;
      if (before + own < rank) {
        before += own;
        continue;
      }
      const [from, to] = boundsOf(bucket);
      const end = Math.min(to, this.max);
      // As if those of a bucket lay evenly between its bounds.
      return from + ((end - from) * (rank - before)) / own;
    }
  }
}

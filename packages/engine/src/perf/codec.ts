import { BUCKETS } from './buckets';
import { COUNTERS, PerfCounts, TIMED } from './counts';

/*
 * A minute's counts as bytes: the version, then numbers of 7 bits a byte, the least first. Counters in their order; of each
 * histogram the longest duration (µs), how many buckets are not empty, and of each of those how many empty ones lie before
 * it, and its count. At most about 1,100 bytes.
 */
const VERSION = 1;

export function encodeCounts({ counters, timed }: PerfCounts): Uint8Array {
  const bytes: number[] = [VERSION];
  for (const name of COUNTERS) writeNumber(bytes, counters[name]);
  for (const name of TIMED) {
    const { counts, max } = timed[name];
    writeNumber(bytes, Math.ceil(max));
    writeNumber(bytes, counts.filter((count) => count > 0).length);
    let next = 0;
    counts.forEach((count, bucket) => {
      if (count === 0) return;
      writeNumber(bytes, bucket - next);
      writeNumber(bytes, count);
      next = bucket + 1;
    });
  }
  return Uint8Array.from(bytes);
}

/** Undefined for what a newer version wrote, and for what is damaged. */
export function decodeCounts(bytes: Uint8Array): PerfCounts | undefined {
  if (bytes[0] !== VERSION) return undefined;
  const { read, isOver } = reader(bytes);
  const result = new PerfCounts();
  for (const name of COUNTERS) result.counters[name] = read();
  for (const name of TIMED) {
    const histogram = result.timed[name];
    histogram.max = read();
    let bucket = 0;
    const filled = read();
    for (let n = 0; n < filled; n++) {
      bucket += read();
      if (bucket >= BUCKETS) return undefined;
      const count = read();
      histogram.counts[bucket++] = count;
      histogram.count += count;
    }
  }
  return isOver() ? undefined : result;
}

function writeNumber(bytes: number[], value: number): void {
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push(128 + (rest % 128));
  bytes.push(rest);
}

/** Gives one number after the other, behind the end as if zeros followed; and whether that has been. */
function reader(bytes: Uint8Array): { readonly read: () => number; readonly isOver: () => boolean } {
  let at = 1;
  const read = (): number => {
    let value = 0;
    for (let unit = 1; ; unit *= 128) {
      const byte = bytes[at++] ?? 0;
      if (byte < 128) return value + byte * unit;
      value += (byte - 128) * unit;
    }
  };
  return { read, isOver: () => at > bytes.length };
}

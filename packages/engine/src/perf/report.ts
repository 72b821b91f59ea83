import type { Store } from '@argon/wal';
import { decodeCounts } from './codec';
import { PerfCounts } from './counts';
import { SLOT_MS, slotOf } from './recorder';

/** How one process did. */
export interface ProcessPerf {
  readonly process: string;
  readonly counts: PerfCounts;
}

/** How one minute was. */
export interface MinutePerf {
  /** When it began, ms. */
  readonly at: number;
  readonly counts: PerfCounts;
}

/** How processes did over some time. */
export interface PerfReport {
  /** When the first minute that was looked at began, ms. */
  readonly from: number;
  /** When the last one ends, ms. */
  readonly to: number;
  /** Of all processes and minutes. */
  readonly total: PerfCounts;
  /** By name. */
  readonly processes: readonly ProcessPerf[];
  /** Those in which something was done, the first one first. */
  readonly minutes: readonly MinutePerf[];
}

/**
 * What processes told of the minutes from one time to another (ms), those included in which these lie. A minute is told
 * when it is over; a day is kept.
 */
export async function readPerf(store: Store, since: number, until: number): Promise<PerfReport> {
  const [first, last] = [slotOf(since), slotOf(until)];
  const total = new PerfCounts();
  const processes = new Map<string, PerfCounts>();
  const minutes = new Map<number, PerfCounts>();
  for (const { slot, process, bytes } of await store.perf.read(first, last)) {
    const counts = decodeCounts(bytes);
    if (counts === undefined) continue;
    total.merge(counts);
    entryOf(processes, process).merge(counts);
    entryOf(minutes, slot).merge(counts);
  }
  return {
    from: first * SLOT_MS,
    to: (last + 1) * SLOT_MS,
    total,
    processes: [...processes]
      .map(([process, counts]) => ({ process, counts }))
      .sort((a, b) => (a.process < b.process ? -1 : 1)),
    minutes: [...minutes]
      .map(([slot, counts]) => ({ at: slot * SLOT_MS, counts }))
      .sort((a, b) => a.at - b.at),
  };
}

function entryOf<K>(map: Map<K, PerfCounts>, key: K): PerfCounts {
  let counts = map.get(key);
  if (counts === undefined) map.set(key, (counts = new PerfCounts()));
  return counts;
}

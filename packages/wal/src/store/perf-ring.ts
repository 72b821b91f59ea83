import { PERF_PROCESSES, PERF_SLOTS, type PerfRecord } from './perf';

/**
 * The places of the ring where a record may lie, the best first: those of its minute, beginning with one that its process's
 * name tells. The same process so finds the same place again, as long as no place of a minute is let go within it.
 */
export function* placesOf({ slot, process }: Pick<PerfRecord, 'slot' | 'process'>): Generator<number> {
  const first = (slot % PERF_SLOTS) * PERF_PROCESSES;
  let hash = 0;
  for (let i = 0; i < process.length; i++) hash = (hash * 31 + process.charCodeAt(i)) >>> 0;
  for (let i = 0; i < PERF_PROCESSES; i++) yield first + ((hash + i) % PERF_PROCESSES);
}

/** Whether a record may take a place from what lies there: the same process's of that minute, or one of an earlier day. */
export function mayTake(
  record: PerfRecord,
  there: Pick<PerfRecord, 'slot' | 'process'> | undefined,
): boolean {
  if (there === undefined || there.slot < record.slot) return true;
  return there.slot === record.slot && there.process === record.process;
}

/** Those of some minutes, in order. */
export function inOrder(records: Iterable<PerfRecord>, from: number, through: number): readonly PerfRecord[] {
  return [...records]
    .filter(({ slot }) => slot >= from && slot <= through)
    .sort((a, b) => a.slot - b.slot || (a.process < b.process ? -1 : 1));
}

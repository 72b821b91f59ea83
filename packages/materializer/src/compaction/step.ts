import { type Entry, type EntryRewrite, type LogRange, type Lsn, type Store, Pacer } from '@argon/wal';
import type { Fates } from './fates';

/** What a step looks at: so many entries, or so many bytes of documents. */
export const STEP_ENTRIES = 250;
const STEP_BYTES = 4 << 20;

/** What becomes of some entries that follow each other. */
export interface Step {
  readonly changes: readonly EntryRewrite[];
  /** The last entry that was looked at. */
  readonly lsn: Lsn;
  readonly kept: number;
  readonly hollowed: number;
  readonly dropped: number;
  /** Bytes of documents that go. */
  readonly bytes: number;
}

/**
 * The steps from an LSN up to the horizon. The next one is computed when the one before has been done.
 * @param bare updates are looked at without their documents, which may not be readable any more
 */
export async function* stepsOf(
  store: Store,
  branchId: number,
  after: Lsn,
  horizon: Lsn,
  fates: Fates,
  stepEntries: number,
  bare: boolean,
): AsyncGenerator<Step, void, undefined> {
  const pacer = new Pacer();
  let done = after;
  for (;;) {
    const entries = await nextEntries(store, branchId, { after: done, through: horizon, bare });
    if (entries.length === 0) return;
    for (let from = 0; from < entries.length;) {
      const end = endOfStep(entries, from, stepEntries);
      yield await stepOf(entries.slice(from, end), fates, pacer);
      from = end;
    }
    done = entries[entries.length - 1]!.lsn;
  }
}

/** The entries after an LSN, as far as the store gives them at once. */
async function nextEntries(store: Store, branchId: number, range: LogRange): Promise<Entry[]> {
  for await (const batch of store.commits(branchId, range)) {
    const entries = batch.flatMap((commit) => commit.entries).filter(({ lsn }) => lsn > range.after);
    if (entries.length > 0) return entries;
  }
  return [];
}

function endOfStep(entries: readonly Entry[], from: number, most: number): number {
  let bytes = 0;
  let end = from;
  while (end < entries.length && end - from < most && bytes < STEP_BYTES) {
    bytes += entries[end++]!.document?.length ?? 0;
  }
  return end;
}

async function stepOf(entries: readonly Entry[], fates: Fates, pacer: Pacer): Promise<Step> {
  const changes: EntryRewrite[] = [];
  let [kept, hollowed, dropped, bytes] = [0, 0, 0, 0];
  for (const entry of entries) {
    if (pacer.due) await pacer.giveWay();
    const fate = await fates.of(entry);
    const size = entry.document?.length ?? 0;
    if (fate === 'nothing') dropped += 1;
    else kept += 1;
    if (fate === 'whole' || (fate === 'hollow' && entry.document === null)) continue;
    if (fate === 'hollow') hollowed += 1;
    bytes += size;
    changes.push({ lsn: entry.lsn, keep: fate });
  }
  return { changes, lsn: entries[entries.length - 1]!.lsn, kept, hollowed, dropped, bytes };
}

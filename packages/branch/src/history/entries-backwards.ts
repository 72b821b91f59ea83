import type { Entry, Lsn, Store } from '@argon/wal';
import { commitsBackwards } from './commits-backwards';
import { historySpans } from './spans';

/** Entries of what a branch shows, or of what a reset hid of it. */
export interface PastEntries {
  readonly hidden: boolean;
  /** Newest first. */
  readonly entries: readonly Entry[];
  /** The end of the commit before that of each of them, on the same chain. */
  readonly after: Lsn;
}

export interface PastOptions {
  /** From this LSN on; a commit boundary. */
  readonly lsn: Lsn;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly includeHidden?: boolean | undefined;
}

/**
 * Every entry that led to what a branch shows at an LSN, newest first, a commit at a time. Ends at the first commit
 * older than `since`; those newer than `until` (ms since the epoch) are not read at all.
 */
export async function* entriesBackwards(
  store: Store,
  branchId: number,
  { lsn, since = -Infinity, until, includeHidden = false }: PastOptions,
): AsyncGenerator<PastEntries> {
  for await (const part of historySpans(branchId, lsn, (id) => store.branchById(id), includeHidden)) {
    if (part.kind === 'birth') {
      const found = await store.entries(part.branchId, part.lsns);
      const entries = found.filter(
        (entry): entry is Entry => entry !== undefined && (until === undefined || entry.timestamp <= until),
      );
      if (entries.some(({ timestamp }) => timestamp < since)) return;
      if (entries.length > 0) yield { hidden: false, entries, after: 0 };
      continue;
    }
    const { branchId: chain, after, hidden } = part;
    const last =
      until === undefined
        ? undefined
        : ((await store.commitAtOrBefore(chain, { timestamp: until }))?.lsn ?? 0);
    const through = Math.min(part.through, last ?? part.through);
    if (through <= after) continue;
    for await (const commits of commitsBackwards(store, { branchId: chain, after, through })) {
      for (const commit of commits) {
        if (commit.timestamp < since) return;
        yield { hidden, entries: [...commit.entries].reverse(), after: commit.after };
      }
    }
  }
}

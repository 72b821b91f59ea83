import type { Commit, Lsn, Operation } from '../entry/entry';
import type { BranchRecord } from '../refs/records';
import type { Head, Store } from '../store/store';

/** What entries of one kind, or of one collection, come to. */
export interface EntryCount {
  readonly entries: number;
  /** Bytes of their documents, as BSON; how many the store takes for them is its own affair. */
  readonly documentBytes: number;
}

/** What a branch's own chain holds, and those that it adopted: everything that is in the log, also what a reset hid. */
export interface ChainStats extends EntryCount {
  readonly branch: BranchRecord;
  readonly head: Lsn;
  readonly commits: number;
  readonly operations: ReadonlyMap<Operation, EntryCount>;
  /** By the name that a collection had at the time; what concerns none is not here. */
  readonly collections: ReadonlyMap<string, EntryCount>;
  /** The first and the last commit; undefined if there is none. */
  readonly first: Head | undefined;
  readonly last: Head | undefined;
}

export interface ChainStatsOptions {
  /** Called after every batch with how many entries it had. */
  readonly onProgress?: (entries: number) => void;
  /** Stops between two batches: the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Reads a branch's own chain, and what it adopted of others', and counts; entries of births are not part of it. */
export async function chainStats(
  store: Pick<Store, 'commits' | 'head' | 'branchById'>,
  branch: BranchRecord,
  { onProgress, signal }: ChainStatsOptions = {},
): Promise<ChainStats> {
  const { lsn: head } = await store.head(branch.id);
  const all = new Counter();
  const operations = new Map<Operation, Counter>();
  const collections = new Map<string, Counter>();
  let commits = 0;
  let first: Head | undefined;
  let last: Head | undefined;
  for await (const batch of batchesOf(store, branch, head)) {
    let entries = 0;
    for (const commit of batch) {
      commits += 1;
      const place = { lsn: commit.lsn, timestamp: commit.timestamp };
      if (first === undefined || place.lsn < first.lsn) first = place;
      if (last === undefined || place.lsn > last.lsn) last = place;
      for (const { operation, collection, document } of commit.entries) {
        entries += 1;
        const bytes = document?.length ?? 0;
        all.add(bytes);
        counterOf(operations, operation).add(bytes);
        if (collection !== '') counterOf(collections, collection).add(bytes);
      }
    }
    onProgress?.(entries);
    signal?.throwIfAborted();
  }
  const { entries, documentBytes } = all;
  return { branch, head, commits, entries, documentBytes, operations, collections, first, last };
}

async function* batchesOf(
  store: Pick<Store, 'commits' | 'branchById'>,
  branch: BranchRecord,
  through: Lsn,
): AsyncGenerator<readonly Commit[]> {
  for (const { branchId, to } of branch.resets) {
    const adopted = branchId === undefined ? undefined : await store.branchById(branchId);
    // One that others see as well is counted there.
    if (adopted?.status === 'deleted') yield* batchesOf(store, adopted, to);
  }
  yield* store.commits(branch.id, { after: branch.startLsn, through });
}

class Counter implements EntryCount {
  entries = 0;
  documentBytes = 0;

  add(bytes: number): void {
    this.entries += 1;
    this.documentBytes += bytes;
  }
}

function counterOf<K>(counters: Map<K, Counter>, key: K): Counter {
  let counter = counters.get(key);
  if (counter === undefined) counters.set(key, (counter = new Counter()));
  return counter;
}

import type { Lsn } from '@argon/wal';

/** Where something is wrong. */
export interface StateProblem {
  /**
   * `log`: entries cannot be replayed, or a link names another version than the one there was. `snapshot`: one cannot be read,
   * or shows something else than the log does. `index`: one has other entries than its documents have keys. `chunk`: its
   * bytes are not what it is called by. All but `log` is derived data, and can be made again.
   */
  readonly kind: 'log' | 'snapshot' | 'index' | 'chunk';
  /** The branch concerned; 0 for a chunk. */
  readonly branchId: number;
  /** The entry or the snapshot concerned; 0 for a chunk, or if it is the branch as a whole. */
  readonly lsn: Lsn;
  readonly problem: string;
}

/** What was mended. */
export interface Repair {
  /** Snapshots that were dropped. */
  readonly snapshotsDropped: number;
  /** Damaged chunks that were removed. */
  readonly chunksRemoved: number;
  /** Snapshots that were taken in their place, of what their branches show now. */
  readonly snapshotsTaken: number;
  /** Why one could not be taken: the branch's log cannot be read. */
  readonly failed: readonly StateProblem[];
}

export interface VerifyStatesReport {
  /** Snapshots that were checked; those in a format that this version does not know are left alone. */
  readonly snapshots: number;
  /** Chunks whose bytes were checked. */
  readonly chunks: number;
  readonly chunkBytes: number;
  /** Commits that were replayed. */
  readonly commits: number;
  /** Trees of indexes that were compared with the documents. */
  readonly indexes: number;
  /** Empty if all is well; at most `MAX_PROBLEMS` are listed. */
  readonly problems: readonly StateProblem[];
  /** With `repair`: what was done. */
  readonly repair: Repair | null;
}

export interface VerifyStatesOptions {
  /** Drops what is damaged of the derived data and makes it again. The log is never changed. */
  readonly repair?: boolean;
  /** Called now and then with how many chunks and commits were checked so far. */
  readonly onProgress?: (checked: { readonly chunks: number; readonly commits: number }) => void;
  /** Stops between two steps: the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** How many problems a report lists. */
export const MAX_PROBLEMS = 100;

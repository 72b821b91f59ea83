import type { KeepPolicy, Lsn } from '@argon/wal';

/** What is compacted: one live branch, or every branch of a project. */
export type CompactTarget = { readonly branchId: number } | { readonly projectId: number };

export interface CompactOptions {
  /** Instead of the policy of branch and project. */
  readonly keep?: KeepPolicy;
  /** Keeps what branches showed at this time (ms since the epoch) and later; instead of `keep`. */
  readonly before?: number;
  /** Changes nothing of the log, and tells what would go. */
  readonly dryRun?: boolean;
  /** Stops after the step under way; the next call goes on from there. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: CompactProgress) => void;
  /**
   * Milliseconds for which snapshots below a new horizon, and chunks that nothing needs, stay for those who may be at work
   * with them. Default one hour.
   */
  readonly grace?: number;
  /** Entries that one step looks at. Default 250; 4 MiB of documents end one as well. */
  readonly stepEntries?: number;
  /** The clock, ms. */
  readonly now?: () => number;
}

export interface CompactProgress {
  readonly branchId: number;
  /** How far it is, and how far it goes. */
  readonly lsn: Lsn;
  readonly horizon: Lsn;
}

/** What went, or would. */
export interface BranchCompaction {
  readonly branchId: number;
  readonly branch: string;
  /** A deleted branch keeps what others stand on. */
  readonly isDeleted: boolean;
  /** Moments before it cannot be read any more; 0: all is kept. */
  readonly horizon: Lsn;
  /**
   * The pin since which the policy keeps history, if no branch has it any more: then nothing was done, and nothing goes
   * until there is one again or the policy is another. Else null.
   */
  readonly missingPin: string | null;
  /** Entries up to the horizon that stay. */
  readonly kept: number;
  /** Those of them that lost their document only now: later versions of the record stay. */
  readonly hollowed: number;
  readonly dropped: number;
  /** Bytes of documents that go. */
  readonly bytes: number;
  /** Snapshots that go. */
  readonly snapshots: number;
}

export interface CompactReport {
  readonly branches: readonly BranchCompaction[];
  /** Chunks of snapshots that nothing needs, in the whole store, and their bytes. */
  readonly chunks: number;
  readonly chunkBytes: number;
  /** Whether `signal` ended it early. */
  readonly aborted: boolean;
}

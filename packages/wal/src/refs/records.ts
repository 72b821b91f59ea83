import type { Actor, Lsn } from '../entry/entry';
import type { Retention } from './retention';

/** One logical MongoDB database with all of its branches. Its id is the LSN of its create_project entry. */
export interface ProjectRecord {
  readonly id: number;
  readonly name: string;
  readonly createdAt: number;
  readonly status: 'active' | 'deleted';
}

/**
 * A reset: the entry at `lsn` on the branch's own chain set what the branch shows to what it showed at `to`; or, with
 * `branchId`, to what that branch showed then, on whose chain `to` lies: it adopts what was written there.
 */
export interface Reset {
  readonly lsn: Lsn;
  readonly to: Lsn;
  readonly branchId?: number;
}

/** A merge: the commit at `lsn` on the branch's own chain brought in what branch `from` showed at `at`. */
export interface Merge {
  readonly lsn: Lsn;
  readonly from: number;
  readonly at: Lsn;
}

/**
 * A branch: a pointer into the log. Its id is the LSN of its create_branch entry.
 *
 * The branch's chain is every commit whose entries carry its id, each following the one before; the first follows
 * `startLsn`. Resets lie in the chain, so what a branch showed at any LSN of its chain stays known.
 */
export interface BranchRecord {
  readonly id: number;
  readonly projectId: number;
  readonly name: string;
  /** null for a project's first branch. */
  readonly parentId: number | null;
  /** The fork point on the parent; 0 for a project's first branch. */
  readonly baseLsn: Lsn;
  /** The head before the first commit: `baseLsn`, or for a first branch the LSN of its own creation. */
  readonly startLsn: Lsn;
  /** As last written down; the store's `head()` is the truth. */
  readonly headLsn: Lsn;
  /** Resets on this branch's chain, oldest first. */
  readonly resets: readonly Reset[];
  /** Merges on this branch's chain, oldest first; absent while there are none. */
  readonly merges?: readonly Merge[];
  readonly createdAt: number;
  readonly createdBy: Actor;
  readonly protected: boolean;
  /** When the branch may be removed (ms since the epoch), or null. */
  readonly expiresAt: number | null;
  readonly status: 'active' | 'deleted';
  /** What is kept of its chain; absent while everything is. See `retentionOf`. */
  readonly retention?: Retention;
  /**
   * Of a branch that follows another place: where it has come there, in bytes that only the follower understands. A fork
   * does not have it.
   */
  readonly source?: Uint8Array;
}

/** A live branch and its project. */
export interface LiveBranch {
  readonly project: ProjectRecord;
  readonly branch: BranchRecord;
}

import type { Actor, Commit, DraftCommit, Entry, Lsn } from '../entry/entry';
import type { BranchRecord, LiveBranch, ProjectRecord } from '../refs/records';
import type { KeepPolicy, Pin } from '../refs/retention';
import type { ChunkStore, SnapshotStore } from './chunks';
import type { PerfStore } from './perf';

/** A value, or a promise of it: embedded stores answer at once, and a hot path need not wait a tick. */
export type MaybePromise<T> = T | Promise<T>;

/** What an adapter can do, beyond what every one must. The compliance suite runs what is declared. */
export interface StoreSupports {
  /** Commits survive closing and opening again. */
  readonly durable: boolean;
  /** Several processes may have the store open at once. */
  readonly multiProcess: boolean;
  /**
   * LSNs increase in the order in which commits become visible, whatever their branches: who has seen `lastLsn()` has seen
   * every commit up to there. Absent: along each branch only.
   */
  readonly totalOrder?: boolean;
  /** It has `rewrite`, so history can be compacted. Absent: false. */
  readonly compaction?: boolean;
}

/** Where a branch's chain ends now. */
export interface Head {
  readonly lsn: Lsn;
  readonly timestamp: number;
}

/** What a control entry changes of the branch record, in the same atomic step as its commit. */
export interface BranchChange {
  readonly name?: string;
  readonly protected?: boolean;
  readonly expiresAt?: number | null;
  readonly status?: 'deleted';
  /** Adds a reset to this LSN; its `lsn` is that of the appended commit. */
  readonly resetTo?: Lsn;
  /**
   * The branch on whose chain `resetTo` lies, which the reset adopts: one forked from the head that the reset follows, and
   * never compacted. Absent: on the branch's own, or below its base.
   */
  readonly resetBranch?: number;
  /** Adds a merge of what branch `from` showed at `at`; its `lsn` is that of the last appended commit. */
  readonly merged?: { readonly from: number; readonly at: Lsn };
  /** Moves the branch's horizon to a commit boundary of its own chain; `at` is the time of that, ms. Never back. */
  readonly horizon?: { readonly lsn: Lsn; readonly at: number };
  readonly pin?: Pin;
  /** The name of a pin that goes. */
  readonly unpin?: string;
  /** The branch's own policy; null: the project's. */
  readonly keep?: KeepPolicy | null;
  /** The project's policy; for a project's first branch. */
  readonly projectKeep?: KeepPolicy | null;
  /** Where the branch has come in what it follows, up to 64 KiB; null: it follows nothing any more. */
  readonly source?: Uint8Array | null;
}

/** What compaction makes of an entry. */
export interface EntryRewrite {
  readonly lsn: Lsn;
  /** `hollow`: it stays without its document. `nothing`: it goes. */
  readonly keep: 'hollow' | 'nothing';
}

export interface AppendRequest {
  readonly branchId: number;
  /** The head these commits were computed from. */
  readonly after: Lsn;
  /** A group: commits that follow each other, written with one flush. Never empty. */
  readonly commits: readonly DraftCommit[];
  /**
   * When they were made, ms, for history that is taken in from elsewhere. Default: now; never later than that, and never
   * before the commit that they follow.
   */
  readonly at?: number;
  readonly change?: BranchChange;
  /** Told, by a store that can tell, when all that is left is to wait for the medium: there is time for other work. */
  readonly flushing?: () => void;
}

/**
 * Either the settled commits, durable; or, when another writer had moved the head or the branch is deleted,
 * nothing was written and the caller computes again from the new head.
 */
export type AppendResult =
  | { readonly appended: true; readonly commits: readonly Commit[] }
  | { readonly appended: false; readonly reason: 'head-moved' | 'branch-deleted' };

export interface CreateProjectRequest {
  readonly name: string;
  /** The first branch's name, `main` unless told. */
  readonly branchName: string;
  readonly actor: Actor;
  /** When it was made, ms, if it is taken in from elsewhere. Default: now; never later than that. */
  readonly at?: number;
}

export interface CreateBranchRequest {
  readonly projectId: number;
  readonly name: string;
  readonly parentId: number;
  /** A commit boundary on the parent's chain or its ancestors' timeline. */
  readonly baseLsn: Lsn;
  readonly actor: Actor;
  readonly protected?: boolean;
  readonly expiresAt?: number | null;
}

/** A range of a branch's own chain: LSNs greater than `after`, up to and including `through` (default: the head). */
export interface LogRange {
  readonly after: Lsn;
  readonly through?: Lsn;
  /**
   * Updates may come without their documents (null), unread and unchecked: for those who ask which versions there are, and
   * not what they hold.
   */
  readonly bare?: boolean;
}

/**
 * Where log, branch records and chunks live.
 *
 * Everything an adapter must promise is under "Commit: the promises" in ARCHITECTURE.md and is checked by the
 * compliance suite (`@argon/wal/testing`). A method that reads sees every commit acknowledged before the call, in
 * this process or another. All methods throw `ArgonError`s; none leaves half a change behind.
 */
export interface Store {
  /** `memory`, `lmdb`, `mongodb`, or an adapter's own word. */
  readonly kind: string;
  /** Where it is, as a person would write it (`lmdb:./data`), without secrets. */
  readonly location: string;
  readonly supports: StoreSupports;
  /** The chunks of snapshots, in the same place. */
  readonly chunks: ChunkStore;
  readonly snapshots: SnapshotStore;
  /** How processes did lately. */
  readonly perf: PerfStore;

  /** Live projects, by name. */
  projects(): MaybePromise<readonly ProjectRecord[]>;
  /** The live project of this name. */
  project(name: string): MaybePromise<ProjectRecord | undefined>;
  /** A project's live branches, oldest first. */
  branches(projectId: number): MaybePromise<readonly BranchRecord[]>;
  /** A project's deleted branches, oldest first; of stores that can `rewrite`. */
  deletedBranches?(projectId: number): MaybePromise<readonly BranchRecord[]>;
  /** The live branch of this name. */
  branch(projectId: number, name: string): MaybePromise<BranchRecord | undefined>;
  /** By id, deleted ones included: their entries stay, and children stand on them. */
  branchById(id: number): MaybePromise<BranchRecord | undefined>;
  /**
   * What `project` and `branch` would tell of these names, from memory, for stores where asking takes a round trip. It
   * was true when the store last answered `head(branch.id)`, or an append to that branch; so who asks this, `head`, and
   * this again, and gets the same branch, knows that it has that name now (`lookAtBranch` does so). Undefined: ask
   * those.
   */
  known?(projectName: string, branchName: string): LiveBranch | undefined;
  /** Whether it tells appends that they are being flushed. */
  readonly tellsFlushes?: boolean;

  /**
   * Makes a project and its first branch in one commit of two control entries (create_project, create_branch) on
   * the new branch's chain. The branch has baseLsn 0 and startLsn = headLsn = the second entry's LSN.
   * @throws ProjectExistsError
   */
  createProject(request: CreateProjectRequest): Promise<{ project: ProjectRecord; branch: BranchRecord }>;
  /**
   * Makes a branch: one record and one create_branch entry, which lies on the new branch's chain but does not move
   * its head (startLsn = headLsn = baseLsn).
   * @throws BranchExistsError, ProjectNotFoundError, BranchNotFoundError (parent)
   */
  createBranch(request: CreateBranchRequest): Promise<BranchRecord>;
  /** Marks a project and all its branches deleted; one delete_branch commit on each live branch, then delete_project. */
  deleteProject(projectId: number, actor: Actor): Promise<void>;

  /** The check, the append and the durable acknowledgement. See AppendResult. */
  append(request: AppendRequest): Promise<AppendResult>;
  /** The newest commit of the branch's chain, or its start. @throws BranchNotFoundError */
  head(branchId: number): MaybePromise<Head>;
  /**
   * Commits of the branch's own chain in order, in batches of bounded bytes. create_project and create_branch
   * entries (the chain's birth) are not part of what is read.
   */
  commits(branchId: number, range: LogRange): AsyncIterable<readonly Commit[]>;
  /** Entries of a branch's own chain by LSN (the birth entries included); undefined where there is none. */
  entries(branchId: number, lsns: readonly Lsn[]): MaybePromise<readonly (Entry | undefined)[]>;
  /**
   * The `prevLsn` of the entry at an LSN of the branch's own chain, undefined if there is none: of a store that can tell
   * it for less than the entry.
   */
  previous?(branchId: number, lsn: Lsn): MaybePromise<Lsn | undefined>;
  /** As `entries`, the documents' bytes alone: the hot path of reading. */
  documents(branchId: number, lsns: readonly Lsn[]): MaybePromise<readonly (Uint8Array | undefined)[]>;
  /**
   * The last commit of the branch's own chain at or before a time (ms) or an LSN; undefined if that is before its
   * first commit. Logarithmic in the length of the chain.
   */
  commitAtOrBefore(
    branchId: number,
    bound: { timestamp: number } | { lsn: Lsn },
  ): MaybePromise<Head | undefined>;
  /** The greatest LSN that any commit in the store has. 0 in an empty store. */
  lastLsn(): MaybePromise<Lsn>;
  /** Commits after `after` on a branch's chain as they come, from any process, until the signal aborts. */
  follow(branchId: number, after: Lsn, signal: AbortSignal): AsyncIterable<Commit>;

  /**
   * Which branches have new commits, by whichever process, as they come: their ids, or 0 when it may be any of them. The first
   * one is 0, and says that whatever is committed from then on is told. Ends when the signal aborts or the store is closed.
   * Optional: without it, who watches all branches asks for the head of each.
   */
  moves?(signal: AbortSignal): AsyncIterable<number>;

  /**
   * Takes away what compaction does not keep, and notes how far it has come (`Retention.compacted`): all of it, or nothing.
   * Entries above the horizon, those of births, and what is not there any more are left alone, so doing it twice is
   * harmless. Of a deleted branch all may go; its pins go, and its horizon moves to `compacted`, in the same step. A hollow entry has the checksum of its encoding without document. A commit that loses entries keeps its LSN;
   * one that loses all is gone, and the next one follows the one before it. Only where `supports.compaction` says so.
   * @param changes by ascending LSN @throws BranchNotFoundError
   */
  rewrite?(branchId: number, changes: readonly EntryRewrite[], compacted: Lsn): Promise<void>;

  /** What the store takes on its medium, in bytes (0 for memory stores without a medium). */
  size(): MaybePromise<number>;
  /** Waits for what is under way and lets go of every resource. Idempotent. */
  close(): Promise<void>;
}

import type { Value } from '@argon/bson';
import type { Moment } from '@argon/engine';
import type { Actor, Lsn, Operation } from '@argon/wal';

/** The version of the format that this code writes. */
export const TRANSFER_VERSION = 1;

/** What comes first: of what the commits are. */
export interface TransferHeader {
  readonly version: number;
  readonly project: string;
  readonly branch: string;
  /** What the first commits begin with: what the branch showed at this LSN. 0: nothing, the project's beginning. */
  readonly from: Lsn;
  /** The last commit that is there, or the boundary that `to` meant. */
  readonly to: Lsn;
  /** When that beginning was made, ms. */
  readonly startedAt: number;
}

export interface TransferEntry {
  readonly operation: Operation;
  /** Empty for what concerns the branch. */
  readonly collection: string;
  /** The document's `_id`; null where there is no document. */
  readonly id: Value;
  /** Post-image, or the argument of what is no change of a document; null on delete. */
  readonly document: Uint8Array | null;
}

/** A commit, or a part of a large one. */
export interface TransferCommit {
  /** Where it lay. */
  readonly lsn: Lsn;
  readonly timestamp: number;
  readonly actor: Actor;
  /** `base`: not a commit of the branch, but part of what it showed at `from`, or of what the next commit took over. */
  readonly kind: 'commit' | 'base';
  /** Whether the next one belongs to the same commit. */
  readonly more: boolean;
  readonly entries: readonly TransferEntry[];
}

export interface ExportRequest {
  readonly project: string;
  readonly branch: string;
  /** Begin with what the branch showed then, and the commits after it. Default: the project's beginning. */
  readonly from?: Moment | undefined;
  /** Up to this moment. Default: the head. */
  readonly to?: Moment | undefined;
}

export interface ImportRequest {
  /** Made if there is none. Default: as it was called. */
  readonly project?: string | undefined;
  /** A branch that there is not. Default: as it was called. */
  readonly branch?: string | undefined;
  /** Encoded, as `exportLog` gave them. */
  readonly documents: AsyncIterable<readonly Uint8Array[]>;
}

export interface ImportReport {
  readonly project: string;
  readonly branch: string;
  readonly header: TransferHeader;
  readonly commits: number;
  readonly entries: number;
  /** Entries that concern other branches or policies, taken in as notes. */
  readonly notes: number;
  /** Whether commits have the times that they had. In a project that there was, they have the time of the import. */
  readonly timesKept: boolean;
  readonly head: Lsn;
}

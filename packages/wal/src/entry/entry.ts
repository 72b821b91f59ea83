import type { Value } from '@argon/bson';

/**
 * Log sequence number: an integer from 1 to 2^53−1, unique in a store and increasing along every branch.
 * 0 means "none".
 */
export type Lsn = number;

/** The largest LSN a store may hand out. */
export const MAX_LSN: Lsn = Number.MAX_SAFE_INTEGER;

/** Changes of one document. */
export type DocumentOperation = 'insert' | 'update' | 'delete';

/**
 * How an update was asked for, as far as its images do not tell: by a document that replaces the old one, or by a pipeline.
 * Absent: by operators; or nobody noted it.
 */
export type UpdateForm = 'replacement' | 'pipeline';

/** Changes of a branch's catalogue; `document` holds the arguments, `collection` the collection they concern. */
export type CatalogOperation =
  | 'create_collection'
  | 'drop_collection'
  | 'rename_collection'
  | 'modify_collection'
  | 'create_index'
  | 'drop_index';

/** Changes of projects and branches themselves; `document` holds the arguments, `collection` is empty. */
export type RefOperation =
  | 'create_project'
  | 'delete_project'
  | 'create_branch'
  | 'delete_branch'
  | 'rename_branch'
  | 'modify_branch'
  | 'reset_branch'
  | 'merge_branch';

export type Operation = DocumentOperation | CatalogOperation | RefOperation;

/** Who made a change: the authenticated user and the application's name, each empty when unknown. */
export interface Actor {
  readonly user: string;
  readonly app: string;
}

export const NOBODY: Actor = Object.freeze({ user: '', app: '' });

/** One change of one document, or one control action, as it lies in the log. Immutable. */
export interface Entry {
  readonly lsn: Lsn;
  /** UTC, milliseconds since the epoch; never decreasing along a branch. */
  readonly timestamp: number;
  readonly branchId: number;
  readonly operation: Operation;
  /** Collection name without the database; empty for ref operations. */
  readonly collection: string;
  /** The document's `_id`; null for control entries. */
  readonly documentId: Value;
  /** Post-image (BSON bytes), or a control entry's arguments; null on delete. */
  readonly document: Uint8Array | null;
  /** The entry that held this document's previous version in this timeline, 0 if none. */
  readonly prevLsn: Lsn;
  /**
   * The insert that made this record (its own LSN for an insert): the record's identity and its place in natural
   * order, so that replay needs no look-up. 0 for control entries.
   */
  readonly recordLsn: Lsn;
  /** Last LSN of the commit this entry belongs to. */
  readonly commitLsn: Lsn;
  readonly actor: Actor;
  /** Of updates only. */
  readonly form?: UpdateForm;
  /** What the writer noted with the commit (`DraftCommit.note`); on its last entry only. Not to be changed. */
  readonly note?: Uint8Array;
  /** CRC-32 of the entry's canonical encoding (everything above). */
  readonly checksum: number;
}

/**
 * Entries with consecutive LSNs that become visible together or not at all.
 * `lsn` is the last entry's; `after` is the LSN of the commit that it follows on its branch.
 */
export interface Commit {
  readonly lsn: Lsn;
  readonly after: Lsn;
  readonly branchId: number;
  readonly timestamp: number;
  readonly entries: readonly Entry[];
}

/**
 * A position in a draft: commits are computed before their LSNs are known, so entries refer to each other by
 * provisional LSNs. They are even numbers from 2^53 up: exact as doubles, greater than every real LSN (so
 * natural order holds in a state that has drafts applied), and impossible to mistake for one.
 */
export const PROVISIONAL_BASE = 2 ** 53;

/** The provisional LSN of the n-th (from 0) entry of a group of drafts. */
export function provisionalLsn(n: number): Lsn {
  return PROVISIONAL_BASE + 2 * n;
}

export function isProvisional(lsn: Lsn): boolean {
  return lsn >= PROVISIONAL_BASE;
}

/** The real LSN of a provisional one, given the LSN of the group's first entry; a real LSN stays as it is. */
export function settleLsn(lsn: Lsn, firstLsn: Lsn): Lsn {
  return lsn >= PROVISIONAL_BASE ? firstLsn + (lsn - PROVISIONAL_BASE) / 2 : lsn;
}

/** An entry before its LSN is known. `prevLsn` and `recordLsn` may be provisional. */
export interface DraftEntry {
  readonly operation: Operation;
  readonly collection: string;
  readonly documentId: Value;
  readonly document: Uint8Array | null;
  readonly prevLsn: Lsn;
  readonly recordLsn: Lsn;
  readonly form?: UpdateForm;
}

/** A commit before its LSNs are known. Never empty. */
export interface DraftCommit {
  readonly entries: readonly DraftEntry[];
  readonly actor: Actor;
  /**
   * A few bytes for the writer's own use that become part of the commit, and lie with its last entry: what a client calls
   * the write, so that it is known again when it is tried once more. Up to 64 KiB.
   */
  readonly note?: Uint8Array;
}

import type { AbstractCursor, Document } from 'mongodb';

/** A moment of a branch: a time (the last commit at or before it), or an LSN. */
export type When = Date | number;

/** Whose side stands in conflicts; none: a conflict stops the work, and nothing is written. */
export interface ConflictOptions {
  readonly strategy?: 'ours' | 'theirs';
  /** The same for single collections. */
  readonly strategies?: Readonly<Record<string, 'ours' | 'theirs'>>;
}

export interface HeadOption {
  /** The head's LSN that was looked at before. If somebody has written since, it fails (code 112). */
  readonly expectedHead?: number;
}

/** What is done, in numbers; `catalog` counts changes of collections and indexes. */
export interface ChangeCounts {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
  readonly catalog: number;
}

export interface RestoreOptions extends HeadOption {
  /** Where to go back to: a time, an LSN, or a tag's or restore point's name. */
  readonly to: When | string;
  /** Only these collections; one that was dropped is made again. Default: the whole branch. */
  readonly collections?: readonly string[];
  /** Only documents that match it now or did then. */
  readonly filter?: Document;
}

/** What a restore would do. */
export interface RestorePreview {
  readonly branch: string;
  /** Whether the branch's pointer moves; else old versions are written as a new commit. */
  readonly whole: boolean;
  /** The head now, and the LSN that is gone back to, with its time. */
  readonly from: number;
  readonly to: number;
  readonly at: Date;
  readonly counts: ChangeCounts;
  /** Collections whose documents change, with the first few of each kind; null: it is not there. */
  readonly collections: readonly {
    readonly name: string;
    readonly inserted: number;
    readonly updated: number;
    readonly deleted: number;
    readonly samples: readonly {
      readonly id: unknown;
      readonly before: Document | null;
      readonly after: Document | null;
    }[];
  }[];
  /** Collections that would be made, go, or change themselves: their names now and then. */
  readonly catalog: readonly {
    readonly name: string;
    readonly before: string | null;
    readonly after: string | null;
    readonly optionsChanged: boolean;
    readonly indexes: readonly string[];
  }[];
}

/** A restore that was made. */
export interface RestoreResult {
  readonly branch: string;
  readonly whole: boolean;
  readonly from: number;
  readonly to: number;
  /** The head afterwards; null if there was nothing to restore. */
  readonly head: number | null;
  /** What `undo({lastRestore: true})` goes back to. */
  readonly restorePoint: { readonly name: string; readonly lsn: number } | null;
  /** What was written; null of a whole branch, of which nothing is. */
  readonly counts: ChangeCounts | null;
}

/** What a restore left to go back to. */
export interface RestorePoint {
  readonly name: string;
  readonly lsn: number;
  readonly branch: string;
  readonly at: Date;
}

/** What is taken back. Of an actor: a user, an application, or both. */
export type UndoOptions = ConflictOptions &
  HeadOption &
  (
    | { readonly lastRestore: true }
    | { readonly commit: number }
    | { readonly from: number; readonly to: number }
    | { readonly user?: string; readonly app?: string; readonly since: When }
  );

/** What an undo would do, or did. */
export interface UndoResult {
  readonly branch: string;
  readonly by: 'reset' | 'commit';
  readonly from: number;
  readonly restorePoint: string | null;
  readonly counts: ChangeCounts;
  /** Conflicts with later work, those that nothing decides, and the first of them. */
  readonly conflicts: number;
  readonly open: number;
  readonly examples: readonly Document[];
  /** Changes of collections by the actor that are not taken back, and the first of them. */
  readonly left: number;
  readonly leftExamples: readonly {
    readonly lsn: number;
    readonly operation: string;
    readonly collection: string;
  }[];
  /** The head afterwards; null if nothing was written. */
  readonly head: number | null;
}

export type MergeOptions = ConflictOptions & HeadOption;

/** A commit of a branch: by the id of the branch, and its LSN. */
export interface BranchPoint {
  readonly branchId: number;
  readonly lsn: number;
}

/** What a merge would do, or did. */
export interface MergeResult {
  readonly from: string;
  readonly into: string;
  /** What was merged, what it was merged with, and what they had in common. */
  readonly theirs: BranchPoint;
  readonly ours: BranchPoint;
  readonly base: BranchPoint;
  readonly counts: ChangeCounts;
  readonly conflicts: number;
  readonly open: number;
  /** The first conflicts: of documents with `fields`, of collections with `what`. */
  readonly examples: readonly Document[];
  /** There was nothing to merge. */
  readonly upToDate: boolean;
  /** The merge's commit; null if nothing was written. */
  readonly head: number | null;
}

/** A moment of a branch with a name. */
export interface Tag {
  readonly name: string;
  readonly lsn: number;
  readonly branch: string;
}

export interface BranchOptions {
  /** Where on this branch; default its head, or the moment of this database. */
  readonly at?: When;
  readonly protected?: boolean;
  /** When it may be removed. */
  readonly expiresAt?: Date;
  /** Beside a legacy database: in the log, or not. Default: where this branch is, if that is the log; else as flags say. */
  readonly useWal?: boolean;
}

/** A branch of a project, in the log. (A traditional one has no LSNs: `type` is `traditional` then, `id` a text.) */
export interface Branch {
  readonly type: 'wal';
  readonly id: number;
  readonly name: string;
  readonly project: string;
  readonly parent: string | null;
  readonly headLsn: number;
  readonly baseLsn: number;
  readonly headAt: Date;
  readonly createdAt: Date;
  readonly createdBy: { readonly user: string; readonly app: string };
  readonly protected: boolean;
  readonly expiresAt: Date | null;
  readonly resets: readonly { readonly lsn: number; readonly to: number }[];
}

export interface HistoryOptions {
  /** Of the document with this `_id`; of a collection's history. */
  readonly id?: unknown;
  /** By this user or application. */
  readonly actor?: string;
  /** Not before, and not after. */
  readonly since?: Date;
  readonly until?: Date;
  /** With what resets hid. */
  readonly hidden?: boolean;
  readonly limit?: number;
  /** How many changes the server gives at once. */
  readonly batchSize?: number;
}

/** A change of a branch's history. */
export interface HistoryChange {
  readonly lsn: number;
  /** Changes that were made together have the same. */
  readonly commitLsn: number;
  readonly time: Date;
  readonly actor: { readonly user: string; readonly app: string };
  /** `insert`, `update`, `delete`, or what happened to a collection or the branch. */
  readonly operation: string;
  readonly collection: string;
  /** A reset took it out of what the branch shows. */
  readonly hidden: boolean;
  /** The document's `_id`; not of events. */
  readonly id?: unknown;
  /** What an event says of itself. */
  readonly argument?: Document;
  /** What became of which field; of elements of an array `at`, `removed` and `inserted`. Not where it was compacted. */
  readonly changes?: readonly {
    readonly path: readonly (string | number)[];
    readonly before?: unknown;
    readonly after?: unknown;
    readonly at?: number;
    readonly removed?: readonly unknown[];
    readonly inserted?: readonly unknown[];
  }[];
}

/** Changes as they are read: `for await`, `next`, `toArray`. */
export type HistoryCursor = Omit<AbstractCursor<HistoryChange>, 'batchSize'>;

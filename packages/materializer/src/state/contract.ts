import type { Value } from '@argon/bson';
import type { Entry, Lsn, MaybePromise, Timeline } from '@argon/wal';

/** Where a record's current version lies: `record` is the LSN of its insert (its identity and natural order). */
export interface RecordRef {
  readonly record: Lsn;
  readonly lsn: Lsn;
}

/** An index as the catalogue records it: mongod's index specification, decoded, `_id_` left out. */
export interface IndexDefinition {
  readonly name: string;
  /** Field path → 1, −1, 'text', 'hashed', '2dsphere', …, in order. */
  readonly key: ReadonlyMap<string, Value>;
  readonly unique: boolean;
  /** New documents are held to its being unique, though not all that are there need be. */
  readonly prepareUnique: boolean;
  readonly sparse: boolean;
  /** partialFilterExpression, decoded. */
  readonly partial: ReadonlyMap<string, Value> | undefined;
  /** Everything of the specification as given (v, key, name, collation, expireAfterSeconds, …). */
  readonly specification: ReadonlyMap<string, Value>;
}

/** What the catalogue holds of a collection on a branch at an LSN. Immutable. */
export interface CollectionCatalog {
  readonly name: string;
  /** 16 bytes, made at creation. */
  readonly uuid: Uint8Array;
  /** `collection` or `view`. */
  readonly type: 'collection' | 'view';
  /** The options of `create` (validator, validationLevel, capped, viewOn, pipeline, collation …), decoded. */
  readonly options: ReadonlyMap<string, Value>;
  readonly indexes: readonly IndexDefinition[];
}

/** One direction and a place to start: after (or with `reverse` before) this record, exclusive. */
export interface ScanOptions {
  readonly after?: Lsn;
  readonly reverse?: boolean;
  readonly batchSize?: number;
}

/**
 * What one collection holds on one branch at one LSN: record → LSN of the current version, in natural order.
 * Immutable; later states share structure with earlier ones. Deriving one is O(changes · log n), never O(n).
 */
export interface CollectionState {
  readonly catalog: CollectionCatalog;
  readonly count: number;
  /** Which forms its `_id`s ever had that their keys do not tell (see `IndexView.forms`). */
  readonly idForms: number;
  /** The record whose `_id` has this key (`idKey` of @argon/bson). */
  byId(key: string): MaybePromise<RecordRef | undefined>;
  /** The current version of a record, as index trees name them. */
  byRecord(record: Lsn): MaybePromise<RecordRef | undefined>;
  /** As `byRecord` for several, in the same order: where looking takes time, together. */
  byRecords(records: readonly Lsn[]): MaybePromise<readonly (RecordRef | undefined)[]>;
  /** In natural order, in batches of about `batchSize` (default 256); undefined at the end. */
  scan(options?: ScanOptions): { next(): MaybePromise<readonly RecordRef[] | undefined> };
}

/** What a branch holds at one LSN. Immutable. */
export interface BranchState {
  readonly branchId: number;
  /** The commit boundary that this is the state of. */
  readonly lsn: Lsn;
  /** That commit's time, ms. */
  readonly timestamp: number;
  /** Which branch's chain every visible LSN lies on. */
  readonly timeline: Timeline;
  /** Set once a delete_branch entry is applied. */
  readonly deleted: boolean;
  readonly collections: ReadonlyMap<string, CollectionState>;
  /**
   * The state after these entries (of whole commits, in order; provisional LSNs allowed). Does not change this one.
   * Resets are not applied here: what they show lies elsewhere in the log, so the materializer resolves them.
   */
  advance(entries: readonly AppliedEntry[], at: { lsn: Lsn; timestamp: number }): BranchState;
}

/** The part of an entry that a state is computed from. */
export type AppliedEntry = Pick<
  Entry,
  'lsn' | 'operation' | 'collection' | 'documentId' | 'document' | 'prevLsn' | 'recordLsn'
>;

import type { Lsn, MaybePromise } from '@argon/wal';
import type { IndexDefinition } from '../state/contract';
import type { IndexEntry, KeyRange } from './index-tree';

export interface IndexScanOptions extends KeyRange {
  /** About how many entries to give at a time. Default 256. */
  readonly batchSize?: number;
}

/** One index of one collection at one LSN, for those who read. Immutable. */
export interface IndexView {
  readonly definition: IndexDefinition;
  /**
   * Which parts of the fields' paths lead through arrays in some document, one mask per field: bit i for the path's
   * i-th part, bit 30 for every later one too. More bits than need be make plans slower, a bit too few makes them wrong.
   */
  readonly multikey: readonly number[];
  /**
   * Which forms the fields' values have that their keys do not tell (`keyForms`), one mask per field: with it `keyValue`
   * reads values from keys. More bits than need be make more of them unreadable, a bit too few makes them wrong.
   */
  readonly forms: readonly number[];
  /** The keys this index holds for a document: none if a sparse or partial index leaves it out. */
  keysOf(document: Uint8Array): readonly string[];
  /** Entries in key order, and in natural order under one key (both turned round with `reverse`); undefined at the end. */
  scan(options?: IndexScanOptions): { next(): MaybePromise<readonly IndexEntry[] | undefined> };
  /** How many entries a range has; counting stops at `limit`. Cheaper than a scan of as many. */
  count(range: KeyRange, limit: number): MaybePromise<number>;
  /** About as many, cheaper still: for choosing among indexes. */
  estimate(range: KeyRange, limit: number): MaybePromise<number>;
  /** A record other than `except` that lies under this key: what a unique index would refuse. */
  conflict(key: string, except?: Lsn): MaybePromise<Lsn | undefined>;
  /** The first key that more than one record has; undefined if the index could be unique. */
  firstDuplicate(): MaybePromise<{ readonly key: string; readonly records: readonly Lsn[] } | undefined>;
}

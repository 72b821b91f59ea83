import { Collection, type CollectionOptions, type Document } from 'mongodb';
import type { HistoryCursor, HistoryOptions } from '../branch/contract';
import type { ArgonDb } from './argon-db';

/** The official Collection, on a branch, with the past at hand. */
export interface ArgonCollection<TSchema extends Document = Document> extends Collection<TSchema> {
  /** This collection as it was at a time. Read-only. */
  atTime(time: Date | number): ArgonCollection<TSchema>;
  /** This collection as it was after the commit at or before an LSN. Read-only. */
  atLSN(lsn: number): ArgonCollection<TSchema>;
  /** Who changed what of this collection, or of one document (`{id}`), newest first, as far as it is read. */
  history(options?: HistoryOptions): HistoryCursor;
}

interface Origin {
  readonly db: ArgonDb;
  readonly options: CollectionOptions;
}

// The driver's Collection cannot be constructed from outside, so its instances are given the methods.
const ORIGINS = new WeakMap<object, Origin>();

const METHODS = {
  atTime(this: Collection, time: Date | number): Collection {
    const { db, options } = ORIGINS.get(this)!;
    return db.atTime(time).collection(this.collectionName, options);
  },
  atLSN(this: Collection, lsn: number): Collection {
    const { db, options } = ORIGINS.get(this)!;
    return db.atLSN(lsn).collection(this.collectionName, options);
  },
  history(this: Collection, options: HistoryOptions = {}): HistoryCursor {
    return ORIGINS.get(this)!.db.historyOf(this.collectionName, options);
  },
};

export const ArgonCollection = {
  of<TSchema extends Document>(
    collection: Collection<TSchema>,
    db: ArgonDb,
    options: CollectionOptions,
  ): ArgonCollection<TSchema> {
    ORIGINS.set(collection, { db, options });
    return Object.assign(collection, METHODS) as unknown as ArgonCollection<TSchema>;
  },
};

import type { Binary, Collection, CollectionOptions, Db, Long } from 'mongodb';
import { ensureIndexes } from '../indexes';

/** `wal_chunks` */
export interface ChunkDocument {
  /** The hash's 20 bytes. */
  readonly _id: Binary;
  readonly put_at: Date;
  readonly bytes: Binary;
}

/** `wal_snapshots` */
export interface SnapshotDocument {
  readonly branch_id: Long | number;
  readonly lsn: Long | number;
  readonly timestamp: Date;
  /** The manifest's root chunk, as 40 hex digits. */
  readonly root: string;
  readonly format: number;
  readonly taken_at: Date;
}

/** Acknowledged by the primary alone and read from there: for what is no worse for being lost. */
const ON_PRIMARY: CollectionOptions = {
  readPreference: 'primary',
  readConcern: { level: 'local' },
  writeConcern: { w: 1 },
};

/**
 * Chunks are acknowledged by the primary alone and read from there. That a snapshot's chunks are with a majority is
 * sure once its record is, which is written after them.
 */
export function chunkCollection(db: Db): Collection<ChunkDocument> {
  return db.collection('wal_chunks', ON_PRIMARY);
}

/** How long a write waits for a majority, ms. */
const MAJORITY_TIMEOUT_MS = 20_000;

export function snapshotCollection(db: Db): Collection<SnapshotDocument> {
  return db.collection('wal_snapshots', {
    readPreference: 'primary',
    readConcern: { level: 'majority' },
    writeConcern: { w: 'majority', journal: true, wtimeoutMS: MAJORITY_TIMEOUT_MS },
  });
}

/** The document `hot` of `wal_meta`. */
export interface HotListDocument {
  readonly _id: 'hot';
  readonly list: Binary;
}

/** Where the hot list lies. */
export function hotListCollection(db: Db): Collection<HotListDocument> {
  return db.collection('wal_meta', ON_PRIMARY);
}

/** Makes the index that is not there: one record per branch and LSN, and the way to the nearest. */
export async function createSnapshotIndex(db: Db): Promise<void> {
  await ensureIndexes(snapshotCollection(db), [
    { name: 'place', key: { branch_id: 1, lsn: 1 }, unique: true },
  ]);
}

import type { CollectionCatalog } from '@argon/materializer';
import type { Lsn } from '@argon/wal';

/** A collection as it was. */
export interface PastCollection {
  readonly name: string;
  readonly catalog: CollectionCatalog;
  /** How many documents it had. */
  readonly count: number;
  /**
   * Its documents in natural order, in batches of bytes, which are shared and must not be changed. Each call reads from the
   * beginning; one batch is read ahead.
   */
  documents(): AsyncIterable<readonly Uint8Array[]>;
}

/** What a branch showed at a moment. Immutable, whatever is written meanwhile. */
export interface PastState {
  /** The commit boundary that this is the state of. */
  readonly lsn: Lsn;
  /** That commit's time, ms since the epoch. */
  readonly timestamp: number;
  readonly collections: ReadonlyMap<string, PastCollection>;
}

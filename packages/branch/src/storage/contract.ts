import type { BranchChunks } from '@argon/materializer';
import type { Lsn } from '@argon/wal';

/** A number of documents, and their bytes as BSON. */
export interface Amount {
  readonly documents: number;
  readonly bytes: number;
}

/** What a collection of a branch comes to. */
export interface CollectionStorage {
  readonly name: string;
  /** Documents that the branch shows now and that its fork point did not: nobody else pays for them. */
  readonly own: Amount;
  /** Those that it shows and that lie where it was forked from: they are stored there, once for all. */
  readonly shared: Amount;
}

/** What lies on a branch's own chain under one name of a collection, shown or not. */
export interface LoggedStorage {
  readonly name: string;
  readonly entries: number;
  /** Bytes of the documents of all versions. */
  readonly bytes: number;
}

export interface BranchStorage {
  readonly branch: string;
  readonly branchId: number;
  readonly head: Lsn;
  /** Those that it shows now. */
  readonly collections: readonly CollectionStorage[];
  readonly own: Amount;
  readonly shared: Amount;
  /** Everything on its own chain, by the collections' names of the time. */
  readonly log: readonly LoggedStorage[];
  readonly logEntries: number;
  readonly logBytes: number;
  /** The chunks of its snapshots. */
  readonly chunks: BranchChunks;
}

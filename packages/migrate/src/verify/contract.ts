import type { DocumentChange, Watch } from '@argon/branch';
import type { Doc, Timestamp, Value } from '@argon/bson';
import type { Moment, WalEngine } from '@argon/engine';
import type { Lsn } from '@argon/wal';
import type { Site } from '../site/site';

export interface VerifyRequest {
  readonly engine: WalEngine;
  readonly project: string;
  /** A branch's name. */
  readonly branch: string;
  /**
   * What the branch held then. Default: its head. `position`: what the site itself says that it holds, read at the same
   * moment as its documents, so that a site that is kept in step can be verified while others write.
   */
  readonly at?: Moment | 'position' | undefined;
  readonly site: Site;
  /** The moment of the site that is compared. Default: now. */
  readonly time?: Timestamp | undefined;
  /** Only collections and views of these names. Default: all. */
  readonly only?: ReadonlySet<string> | undefined;
  /** How many differing documents of a collection are reported one by one; all are counted. Default 20. */
  readonly samples?: number | undefined;
  /** Told of the site's documents that were compared. */
  readonly watch?: Watch | undefined;
}

/** A document that is not the same on both sides, to the byte. */
export interface DocumentMismatch {
  readonly id: Value;
  readonly kind: 'missing' | 'extra' | 'different';
  /** What makes the site's of the branch's; of documents that are different. */
  readonly changes: readonly DocumentChange[];
}

/** An index, or the collection's own options, that is not the same on both sides; undefined where it is not there. */
export interface DefinitionMismatch {
  readonly kind: 'collection' | 'options' | 'index';
  /** The index's name, or the options that differ; empty for a collection that one side does not have. */
  readonly names: readonly string[];
  readonly branch: Doc | undefined;
  readonly site: Doc | undefined;
}

export interface CollectionVerification {
  readonly name: string;
  readonly equal: boolean;
  /** Whether the site's was read as it was at one moment. MongoDB does not read capped collections so. */
  readonly atOneMoment: boolean;
  /** How many documents there are. */
  readonly documents: { readonly branch: number; readonly site: number };
  /** How many the site lacks, has beside those of the branch, and has in another form. */
  readonly missing: number;
  readonly extra: number;
  readonly different: number;
  readonly mismatches: readonly DocumentMismatch[];
  readonly definitions: readonly DefinitionMismatch[];
}

export interface VerifyReport {
  readonly equal: boolean;
  readonly project: string;
  readonly branch: string;
  /** What of the branch was compared. */
  readonly lsn: Lsn;
  readonly location: string;
  /** Whether all of the site was read as it was at one moment. */
  readonly atOneMoment: boolean;
  /** How many documents of the site were compared. */
  readonly documents: number;
  /** Every collection and view of either side, by name. */
  readonly collections: readonly CollectionVerification[];
}

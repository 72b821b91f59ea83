import type { Value } from '@argon/bson';
import type { CollectionCatalog, IndexDefinition } from '@argon/materializer';
import type { Lsn } from '@argon/wal';

/** A version of a document: where it lies, and its bytes, which are shared and must not be changed. */
export interface DocumentVersion {
  readonly record: Lsn;
  readonly lsn: Lsn;
  readonly bytes: Uint8Array;
}

/** A document that two states show differently. Without `before` it is new, without `after` it is gone. */
export interface DocumentDifference {
  readonly collection: string;
  readonly id: Value;
  readonly before: DocumentVersion | undefined;
  readonly after: DocumentVersion | undefined;
}

/** How two states differ in what they say of a collection itself. Without `before` it is new, without `after` it is gone. */
export interface CollectionDifference {
  /** Its name after; the one before if it is gone. */
  readonly name: string;
  readonly before: CollectionCatalog | undefined;
  readonly after: CollectionCatalog | undefined;
  /** Whether it has another name than before. */
  readonly renamed: boolean;
  readonly optionsChanged: boolean;
  readonly indexes: readonly IndexDifference[];
}

/** Without `before` the index is new, without `after` it is gone. */
export interface IndexDifference {
  readonly name: string;
  readonly before: IndexDefinition | undefined;
  readonly after: IndexDefinition | undefined;
}

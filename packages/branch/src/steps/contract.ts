import type { Doc, Value } from '@argon/bson';
import type { CatalogOperation } from '@argon/wal';
import type { DocumentVersion } from '../diff/contract';
import type { FieldConflict } from '../document/merge-documents';

/** What becomes of one document: without `before` it is made, without `after` it goes. */
export interface DocumentStep {
  readonly kind: 'document';
  readonly collection: string;
  readonly id: Value;
  /** As the branch has it now. */
  readonly before: DocumentVersion | undefined;
  readonly after: Uint8Array | undefined;
  readonly conflict?: DocumentConflict;
}

/** What becomes of a collection or an index: a catalogue entry. */
export interface CatalogStep {
  readonly kind: 'catalog';
  readonly operation: CatalogOperation;
  readonly collection: string;
  readonly argument: Doc;
}

/** A disagreement about a collection. It is settled before its steps come, which say what was decided. */
export interface CatalogConflictStep {
  readonly kind: 'catalog-conflict';
  readonly collection: string;
  readonly conflict: CatalogConflict;
}

/** One thing to do to a branch; all that are done together are one commit. */
export type Step = DocumentStep | CatalogStep | CatalogConflictStep;

/** How a conflict was decided; undefined: it was not, and nothing can be written. */
export type Decision = 'ours' | 'theirs' | 'document';

/** Both sides changed a document, and not to the same. */
export interface DocumentConflict {
  /** Undefined: neither side had it before. */
  readonly base: Uint8Array | undefined;
  readonly ours: Uint8Array | undefined;
  readonly theirs: Uint8Array | undefined;
  /** The fields that clash; empty if one side deleted the document. */
  readonly fields: readonly FieldConflict[];
  readonly decision: Decision | undefined;
}

/**
 * What the three say of a collection: of one that was dropped or renamed its name, else the options or the index's
 * specification. Undefined: it, or the index, is not there.
 */
export interface CatalogSides {
  readonly base: Value | undefined;
  readonly ours: Value | undefined;
  readonly theirs: Value | undefined;
}

/**
 * - `dropped`: one side dropped the collection, the other changed it;
 * - `renamed`: both renamed it, or the new name is taken; - `options`, `index`: both changed those.
 */
export interface CatalogConflict extends CatalogSides {
  readonly what: 'dropped' | 'renamed' | 'options' | 'index';
  /** The index concerned. */
  readonly index?: string;
  readonly decision: Exclude<Decision, 'document'> | undefined;
}

import type { Doc, Value } from '@argon/bson';
import type { Lsn } from '@argon/wal';
import type { DocumentChange } from '../../document/changes';
import type { StepCounts } from '../../steps/apply';

/**
 * A line of a patch, in the order in which it is carried out. The first one says between which places it is, the last one
 * how many there are, so that a patch that was cut short is known.
 */
export type PatchLine =
  | { readonly op: 'patch'; readonly version: 1; readonly from: PatchPlace; readonly to: PatchPlace }
  /** Its documents were deleted by the lines before. */
  | { readonly op: 'drop'; readonly collection: string }
  | { readonly op: 'rename'; readonly collection: string; readonly to: string }
  | {
      readonly op: 'create';
      readonly collection: string;
      readonly type: 'collection' | 'view';
      readonly uuid: Uint8Array;
      readonly options: Doc;
    }
  | { readonly op: 'options'; readonly collection: string; readonly before: Doc; readonly after: Doc }
  | { readonly op: 'drop-index' | 'create-index'; readonly collection: string; readonly index: Doc }
  | PatchDocumentLine
  | { readonly op: 'end'; readonly lines: number };

/** A document that comes, changes or goes. `before` as it must be there, to the byte; of an update, what changes of it. */
export type PatchDocumentLine =
  | { readonly op: 'insert'; readonly collection: string; readonly id: Value; readonly document: Uint8Array }
  | { readonly op: 'delete'; readonly collection: string; readonly id: Value; readonly document: Uint8Array }
  | {
      readonly op: 'update';
      readonly collection: string;
      readonly id: Value;
      readonly changes: readonly PatchChange[];
    }
  | {
      readonly op: 'replace';
      readonly collection: string;
      readonly id: Value;
      readonly before: Uint8Array;
      readonly after: Uint8Array;
    };

/** A change of a field; of an array that changes its length, with the length that it had. */
export type PatchChange = DocumentChange & { readonly length?: number };

export interface PatchPlace {
  readonly project: string;
  readonly branch: string;
  readonly lsn: Lsn;
}

/** A line of a patch that does not fit what the branch has. */
export interface PatchConflict {
  /** The line in the patch, from 1. */
  readonly line: number;
  readonly collection: string;
  /** Of the document concerned; undefined: the collection itself. */
  readonly id: Value | undefined;
  /** What is wrong, in words. */
  readonly problem: string;
}

/** What a patch would do to a branch, or did. */
export interface PatchReport {
  readonly branch: string;
  /** Between which places the patch was made. */
  readonly from: PatchPlace;
  readonly to: PatchPlace;
  readonly counts: StepCounts;
  /** How many lines do not fit, and the first of them. */
  readonly conflicts: number;
  readonly examples: readonly PatchConflict[];
  /** The head that this was computed for. */
  readonly base: Lsn;
  /** The commit, once made; undefined if there was nothing to do. */
  readonly head: Lsn | undefined;
}

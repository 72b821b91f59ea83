import type { Doc, Value } from '@argon/bson';
import type { Moment } from '@argon/engine';
import type { Lsn, Pin } from '@argon/wal';
import type { CollectionDifference } from '../diff/contract';
import type { StepCounts } from '../steps/apply';
import type { Watch } from '../steps/watch';

/** Where to go back to: a moment of the branch, or a tag (any pin of the project). */
export type RestoreTarget = Moment | { readonly tag: string };

export interface RestoreRequest {
  readonly project: string;
  readonly branch: string;
  readonly to: RestoreTarget;
  /** Only these, by the name they have or had then; none: the whole branch, unless there is a filter. */
  readonly collections?: readonly string[] | undefined;
  /** Only documents that match it now or did then: MongoDB's filter. */
  readonly filter?: Doc | undefined;
  /** The head that the branch must have, for what was looked at before. */
  readonly expectedHead?: Lsn | undefined;
  readonly watch?: Watch | undefined;
}

/** A document that a restore changes: inserted without `before`, deleted without `after`. In bytes. */
export interface RestoreSample {
  readonly id: Value;
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array | undefined;
}

/** What a restore does to the documents of a collection; the samples are the first few of each kind. */
export interface CollectionRestore {
  readonly name: string;
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
  readonly samples: readonly RestoreSample[];
}

/** What a restore would do. */
export interface RestorePreview {
  readonly branch: string;
  /** Whether the branch as a whole goes back, which is a reset; else old versions are written as a new commit. */
  readonly whole: boolean;
  /** The head now. */
  readonly from: Lsn;
  /** The commit boundary that is gone back to, and its time (ms since the epoch). */
  readonly to: Lsn;
  readonly at: number;
  readonly counts: StepCounts;
  /** The collections whose documents change, by name. */
  readonly collections: readonly CollectionRestore[];
  /** What changes of collections themselves: from now to then. */
  readonly catalog: readonly CollectionDifference[];
}

/** A restore that was made. */
export interface RestoreReport {
  readonly branch: string;
  readonly whole: boolean;
  /** The head before. */
  readonly from: Lsn;
  readonly to: Lsn;
  /** The head afterwards; undefined if there was nothing to restore, and nothing was written. */
  readonly head: Lsn | undefined;
  /** Holds what the branch showed before; the last restore is undone by `UndoService`. */
  readonly restorePoint: Pin | undefined;
  /** What was written; of a whole branch nothing is counted, since nothing is written. */
  readonly counts: StepCounts | undefined;
}

/** What a restore left to go back to. */
export interface RestorePoint extends Pin {
  readonly branch: string;
  /** When that state was committed, ms since the epoch. */
  readonly at: number;
}

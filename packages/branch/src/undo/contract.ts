import type { Moment } from '@argon/engine';
import type { CatalogOperation, Lsn } from '@argon/wal';
import type { CommitsAt } from '../place/spans';
import type { Decider } from '../merge/decide';
import type { StepCounts } from '../steps/apply';
import type { Watch } from '../steps/watch';
import type { CatalogConflictStep, DocumentStep } from '../steps/contract';

/** Whose changes: all that say so of themselves. At least one of the two. */
export interface ActorFilter {
  readonly user?: string | undefined;
  readonly app?: string | undefined;
}

/**
 * What is taken back.
 * - `last-restore`: the newest restore that was not undone yet;
 * - `commit`: one commit, by the LSN of any of its entries; - `range`: all commits with LSNs of a range, both included;
 * - `commits`: several of either, which need not lie side by side; the newest is taken back first;
 * - `actor`: everything that somebody wrote at or after a moment.
 */
export type UndoTarget =
  | { readonly kind: 'last-restore' }
  | { readonly kind: 'commit'; readonly lsn: Lsn }
  | { readonly kind: 'range'; readonly from: Lsn; readonly to: Lsn }
  | { readonly kind: 'commits'; readonly commits: readonly CommitsAt[] }
  | { readonly kind: 'actor'; readonly by: ActorFilter; readonly since: Moment };

export interface UndoRequest {
  readonly project: string;
  readonly branch: string;
  readonly what: UndoTarget;
  /**
   * Decides where later work of others stands in the way: `ours` keeps that work, `theirs` takes the change back all the
   * same. Default: nothing is decided, and a conflict stops the undo.
   */
  readonly decider?: Decider | undefined;
  /** The head that the branch must have, for what was looked at before. */
  readonly expectedHead?: Lsn | undefined;
  readonly watch?: Watch | undefined;
}

/** A conflict: base is what the change made, ours what is there now, theirs what was there before the change. */
export type UndoConflict = DocumentStep | CatalogConflictStep;

/** A change of a collection or an index by the actor. Such are told, and not taken back. */
export interface LeftChange {
  readonly lsn: Lsn;
  readonly operation: CatalogOperation;
  readonly collection: string;
}

/** What an undo would do, or did. */
export interface UndoReport {
  readonly branch: string;
  /** How: the pointer moves back, or a commit that takes the changes back. */
  readonly by: 'reset' | 'commit';
  /** The head before. */
  readonly from: Lsn;
  /** The name of the restore point that a restore is undone with. */
  readonly restorePoint: string | undefined;
  readonly counts: StepCounts;
  /** How many conflicts there are, how many nobody decided, and the first of them. */
  readonly conflicts: number;
  readonly open: number;
  readonly examples: readonly UndoConflict[];
  /** What an undo by actor leaves: how many changes of collections and indexes, and the first of them. */
  readonly left: number;
  readonly leftExamples: readonly LeftChange[];
  /** The commit, once made; undefined also if there was nothing to take back. */
  readonly head: Lsn | undefined;
}

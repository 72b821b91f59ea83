import type { Lsn } from '@argon/wal';
import type { Place } from '../place/places';
import type { StepCounts } from '../steps/apply';
import type { Watch } from '../steps/watch';
import type { CatalogConflictStep, DocumentStep } from '../steps/contract';
import type { ChainPoint } from './merge-base';
import type { Decider } from './decide';

export interface MergeRequest {
  readonly project: string;
  /** What comes in: a branch or a tag, perhaps at a moment. */
  readonly from: Omit<Place, 'project'>;
  /** The branch that gets it. */
  readonly into: string;
  /** Default: nothing is decided, and a conflict stops the merge. */
  readonly decider?: Decider | undefined;
  /** The head that `into` must have, and where `from` must be, for what was looked at before. */
  readonly expectedHead?: Lsn | undefined;
  readonly expectedFrom?: Lsn | undefined;
  readonly watch?: Watch | undefined;
}

/** A conflict as a plan or a report tells of it. */
export type MergeConflict = DocumentStep | CatalogConflictStep;

/** What a merge would do, or did. */
export interface MergeReport {
  readonly from: string;
  readonly into: string;
  /** What was merged, what it was merged with, and what they had in common. */
  readonly theirs: ChainPoint;
  readonly ours: ChainPoint;
  readonly base: ChainPoint;
  readonly counts: StepCounts;
  /** How many conflicts there are, and how many nobody decided. */
  readonly conflicts: number;
  readonly open: number;
  /** The first of them. */
  readonly examples: readonly MergeConflict[];
  /** Theirs is in our history already. */
  readonly upToDate: boolean;
  /** The commit, once made. */
  readonly head: Lsn | undefined;
}

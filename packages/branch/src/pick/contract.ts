import type { Lsn } from '@argon/wal';
import type { MergeConflict } from '../merge/contract';
import type { Decider } from '../merge/decide';
import type { CommitsAt } from '../place/spans';
import type { StepCounts } from '../steps/apply';
import type { Watch } from '../steps/watch';

export interface CherryPickRequest {
  readonly project: string;
  /** The branch whose commits they are, its own or those that it was forked from. */
  readonly from: string;
  /** In the order in which they are done. */
  readonly commits: readonly CommitsAt[];
  /** The branch that gets them. */
  readonly into: string;
  /**
   * Decides where `into` has changed the same things: `ours` is what it has, `theirs` what the commits made. Default: nothing
   * is decided, and a conflict stops it.
   */
  readonly decider?: Decider | undefined;
  /** The head that `into` must have, for what was looked at before. */
  readonly expectedHead?: Lsn | undefined;
  readonly watch?: Watch | undefined;
}

/** What a cherry-pick would do, or did. */
export interface CherryPickReport {
  readonly from: string;
  readonly into: string;
  /** The head that this was computed for. */
  readonly onto: Lsn;
  readonly counts: StepCounts;
  /** How many conflicts there are, how many nobody decided, and the first of them. */
  readonly conflicts: number;
  readonly open: number;
  readonly examples: readonly MergeConflict[];
  /** The commit, once made; undefined also if the branch has all of it already. */
  readonly head: Lsn | undefined;
}

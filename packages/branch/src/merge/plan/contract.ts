import type { Lsn } from '@argon/wal';

/** A state that a plan is about. */
export interface PlanPoint {
  readonly branch: string;
  readonly lsn: Lsn;
}

/** The first line of a plan: what is merged with what. It holds only while both heads are there. */
export interface PlanHeader {
  readonly project: string;
  /** With `isFixed` a moment or a tag, which stays what it is when the branch goes on. */
  readonly from: PlanPoint & { readonly isFixed: boolean };
  readonly into: PlanPoint;
  readonly base: PlanPoint;
}

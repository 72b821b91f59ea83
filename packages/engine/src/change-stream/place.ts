import type { Lsn } from '@argon/wal';

/**
 * How far a stream has come in a branch's log: to an event of a commit, or through the whole commit. Places are ordered as
 * their events are.
 */
export interface Place {
  /** The commit, on the chain of the branch or (before it was made) of one of its ancestors; 0: before the first. */
  readonly lsn: Lsn;
  /** The entry: of this commit, or of the staging branch that it adopts. `WHOLE`: all of them. */
  readonly at: Lsn;
  /** Which event of that entry, from 0. */
  readonly number: number;
  /** The invalidate event that comes after that event. */
  readonly isInvalidate: boolean;
}

/** As `at`: everything of the commit. */
export const WHOLE: Lsn = Number.MAX_SAFE_INTEGER;

/** As `number`: all events of the entry. */
export const LAST_NUMBER = 2 ** 32 - 1;

/** The place after a whole commit. */
export function afterCommit(lsn: Lsn): Place {
  return { lsn, at: WHOLE, number: 0, isInvalidate: false };
}

export function isWhole({ at }: Place): boolean {
  return at === WHOLE;
}

export function comparePlaces(a: Place, b: Place): number {
  return (
    a.lsn - b.lsn || a.at - b.at || a.number - b.number || Number(a.isInvalidate) - Number(b.isInvalidate)
  );
}

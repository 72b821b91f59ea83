import type { Lsn } from '../entry/entry';
import { BranchNotFoundError, InvalidForkPointError, LsnBelowHorizonError } from './errors';
import type { BranchRecord } from './records';
import { isRetained, retentionOf } from './retention';

/** On whose chain a fork point lies, and what is left to check there. */
export interface ForkPlace {
  readonly branch: BranchRecord;
  /** True if it needs no look into the log: a head or a start is the end of a commit. */
  readonly isBoundary: boolean;
}

/**
 * Finds the branch on whose own chain `baseLsn` lies, from the parent upward through its ancestors: one look-up per
 * fork below which it lies, none when forking from the parent's own chain. `ancestor` finds a record by id.
 * If the result is not known to be a boundary, the caller asks the log whether a commit ends there.
 * @throws InvalidForkPointError (beyond the head, or before the project's birth), LsnBelowHorizonError
 */
export function forkPlace(
  parent: BranchRecord,
  baseLsn: Lsn,
  ancestor: (id: number) => BranchRecord | undefined,
): ForkPlace {
  const invalid = () => new InvalidForkPointError(baseLsn, parent.id, parent.headLsn);
  if (!Number.isSafeInteger(baseLsn) || baseLsn > parent.headLsn) throw invalid();
  let branch = parent;
  while (branch.parentId !== null && baseLsn < branch.baseLsn) {
    const next = ancestor(branch.parentId);
    if (next === undefined) throw new BranchNotFoundError(branch.parentId);
    branch = next;
  }
  if (baseLsn < branch.startLsn) throw invalid();
  if (!isRetained(branch, baseLsn)) {
    throw new LsnBelowHorizonError(branch.id, baseLsn, { lsn: retentionOf(branch).horizon });
  }
  return { branch, isBoundary: baseLsn === branch.startLsn || baseLsn === branch.headLsn };
}

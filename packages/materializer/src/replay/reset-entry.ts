import { isRefOperation, resetArgument, type Commit, type Lsn } from '@argon/wal';
import { LogInconsistentError } from '../errors';

/** What a reset shows: what a branch showed at an LSN. */
export interface ResetTarget {
  readonly to: Lsn;
  /** Undefined: the branch that is reset. */
  readonly branchId: number | undefined;
}

/** What a commit sets its branch to (reset_branch, `{to, [branch]}`); undefined if it is not a reset. */
export function resetTarget(commit: Commit): ResetTarget | undefined {
  let target: ResetTarget | undefined;
  for (const entry of commit.entries) {
    if (entry.operation !== 'reset_branch') continue;
    const { to = NaN, branchId } = resetArgument(entry);
    if (!(to < commit.lsn))
      throw new LogInconsistentError('a reset does not say to where', { lsn: entry.lsn, to });
    target = { to, branchId };
  }
  if (target !== undefined && !commit.entries.every(({ operation }) => isRefOperation(operation))) {
    throw new LogInconsistentError('a reset shares its commit with other changes', { lsn: commit.lsn });
  }
  return target;
}

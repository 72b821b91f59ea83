import { decodeDocument, isNumber, toNumber } from '@argon/bson';
import { isRefOperation, type Commit, type Lsn } from '@argon/wal';
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
  for (const { operation, document, lsn } of commit.entries) {
    if (operation !== 'reset_branch') continue;
    const argument = document ? decodeDocument(document) : new Map();
    const [to, branchId] = [argument.get('to'), argument.get('branch')];
    target = {
      to: isNumber(to) ? toNumber(to) : NaN,
      branchId: isNumber(branchId) ? toNumber(branchId) : undefined,
    };
    if (!(target.to < commit.lsn))
      throw new LogInconsistentError('a reset does not say to where', { lsn, to: target.to });
  }
  if (target !== undefined && !commit.entries.every(({ operation }) => isRefOperation(operation))) {
    throw new LogInconsistentError('a reset shares its commit with other changes', { lsn: commit.lsn });
  }
  return target;
}

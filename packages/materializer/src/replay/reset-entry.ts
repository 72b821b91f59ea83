import { decodeDocument, isNumber, toNumber } from '@argon/bson';
import { isRefOperation, type Commit, type Lsn } from '@argon/wal';
import { LogInconsistentError } from '../errors';

/** The LSN that a commit sets its branch back to (reset_branch, `{to}`); undefined if it is not a reset. */
export function resetTarget(commit: Commit): Lsn | undefined {
  let target: Lsn | undefined;
  for (const { operation, document, lsn } of commit.entries) {
    if (operation !== 'reset_branch') continue;
    const to = document ? decodeDocument(document).get('to') : undefined;
    target = isNumber(to) ? toNumber(to) : NaN;
    if (!(target < commit.lsn))
      throw new LogInconsistentError('a reset does not say to where', { lsn, to: target });
  }
  if (target !== undefined && !commit.entries.every(({ operation }) => isRefOperation(operation))) {
    throw new LogInconsistentError('a reset shares its commit with other changes', { lsn: commit.lsn });
  }
  return target;
}

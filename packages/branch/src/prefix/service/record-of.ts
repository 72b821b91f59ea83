import { BranchNotFoundError, validateBranchName } from '@argon/wal';
import { NotTraditionalError } from '../errors';
import type { Known } from './branch-directory';
import type { LegacyBranch } from './branch-records';

/** The record of a traditional branch. @throws BranchNotFoundError, InvalidNameError, NotTraditionalError */
export function recordOf({ branches }: Known, name: string): LegacyBranch {
  const record = branches.get(name);
  if (record === undefined) {
    // Records that others made have whatever names they have.
    validateBranchName(name);
    throw new BranchNotFoundError(name);
  }
  if (record.useWal) throw new NotTraditionalError(name);
  return record;
}

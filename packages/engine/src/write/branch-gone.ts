import { BranchNotFoundError } from '@argon/wal';

/** What a write answers with when its branch was deleted meanwhile. */
export function branchGone(branchId: number): BranchNotFoundError {
  return new BranchNotFoundError(branchId);
}

import type { Lsn } from '../entry/entry';
import { BranchNotFoundError } from './errors';
import type { BranchRecord } from './records';
import type { BranchLookup } from './timeline';

/**
 * The branch that answers for what a branch shows at an LSN: the branch itself, but below its base its parent, for it
 * shows what that showed then.
 * @throws BranchNotFoundError
 */
export async function holderOf(branch: BranchRecord, lsn: Lsn, lookup: BranchLookup): Promise<BranchRecord> {
  let holder = branch;
  while (lsn < holder.baseLsn && holder.parentId !== null) {
    const parent = await lookup(holder.parentId);
    if (parent === undefined) throw new BranchNotFoundError(holder.parentId);
    holder = parent;
  }
  return holder;
}

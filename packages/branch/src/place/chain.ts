import type { Moment } from '@argon/engine';
import type { Materializer } from '@argon/materializer';
import { BranchNotFoundError, type BranchRecord, type Lsn, type Store } from '@argon/wal';

/** The LSN a moment means on a branch. @throws MomentOutOfRangeError for a time before the project */
export async function lsnOf(materializer: Materializer, branchId: number, moment: Moment): Promise<Lsn> {
  return 'lsn' in moment ? moment.lsn : materializer.lsnAtTime(branchId, moment.timestamp);
}

/**
 * The branch on whose chain lies what a branch shows at an LSN: below its base it shows what its parent showed then.
 * @throws BranchNotFoundError
 */
export async function holderOf(store: Store, branch: BranchRecord, lsn: Lsn): Promise<BranchRecord> {
  let record = branch;
  while (lsn < record.baseLsn && record.parentId !== null) {
    const parent = await store.branchById(record.parentId);
    if (parent === undefined) throw new BranchNotFoundError(record.parentId);
    record = parent;
  }
  return record;
}

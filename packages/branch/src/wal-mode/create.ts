import type { Moment } from '@argon/engine';
import type { Materializer } from '@argon/materializer';
import type { Actor, BranchRecord, Head, Sighting, Store } from '@argon/wal';
import type { CreateBranchOptions } from '../service/contract';

/** Makes a branch that shows what its parent shows at a moment, or as it was just seen. */
export async function createBranch(
  store: Store,
  materializer: Materializer,
  { branch: parent, seen }: Sighting<Head>,
  name: string,
  options: CreateBranchOptions,
  actor: Actor,
): Promise<BranchRecord> {
  const baseLsn =
    options.at === undefined
      ? seen.lsn
      : (await materializer.stateAt(parent.id, await lsnOf(materializer, parent.id, options.at))).lsn;
  return store.createBranch({
    projectId: parent.projectId,
    name,
    parentId: (await holder(store, parent, baseLsn)).id,
    baseLsn,
    actor,
    ...(options.protected === undefined ? {} : { protected: options.protected }),
    ...(options.expiresAt === undefined ? {} : { expiresAt: options.expiresAt }),
  });
}

/** The LSN a moment means on a branch. */
export async function lsnOf(materializer: Materializer, branchId: number, moment: Moment): Promise<number> {
  return 'lsn' in moment ? moment.lsn : materializer.lsnAtTime(branchId, moment.timestamp);
}

/** Below its base a branch shows what its parent showed then, so the fork point lies on the parent's chain. */
async function holder(store: Store, branch: BranchRecord, lsn: number): Promise<BranchRecord> {
  let record = branch;
  while (lsn < record.baseLsn && record.parentId !== null) {
    const parent = await store.branchById(record.parentId);
    if (parent === undefined) break;
    record = parent;
  }
  return record;
}

import type { Materializer } from '@argon/materializer';
import type { Actor, BranchRecord, Head, Sighting, Store } from '@argon/wal';
import { holderOf, lsnOf } from '../place/chain';
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
    parentId: (await holderOf(store, parent, baseLsn)).id,
    baseLsn,
    actor,
    ...(options.protected === undefined ? {} : { protected: options.protected }),
    ...(options.expiresAt === undefined ? {} : { expiresAt: options.expiresAt }),
  });
}

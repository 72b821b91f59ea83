import type { Materializer } from '@argon/materializer';
import { holderOf, type Actor, type BranchRecord, type Head, type Sighting, type Store } from '@argon/wal';
import { lsnOf } from '../place/chain';
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
  const holder = await holderOf(parent, baseLsn, (id) => store.branchById(id));
  return store.createBranch({
    projectId: parent.projectId,
    name,
    parentId: holder.id,
    baseLsn,
    actor,
    ...(options.protected === undefined ? {} : { protected: options.protected }),
    ...(options.expiresAt === undefined ? {} : { expiresAt: options.expiresAt }),
  });
}

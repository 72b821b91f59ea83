import { retentionOf, type BranchRecord, type Lsn, type Store } from '@argon/wal';
import type { CompactOptions } from './contract';
import { horizonOf } from './horizon';

/**
 * A project's deleted branches of which nothing is kept for its own sake, and that are not compacted yet: the policy that
 * held for them lets all of their history go, and whoever adopted one has let go of the moment of that, too.
 * @param family the live branches and those that they stand on
 * @param horizons of the live branches, as compaction sets them
 * @param before deleted at this time or earlier, ms: others may still be at work with what was deleted since
 */
export async function deletedToCompact(
  store: Store,
  projectId: number,
  family: readonly BranchRecord[],
  horizons: ReadonlyMap<number, Lsn>,
  options: CompactOptions,
  before: number,
): Promise<readonly BranchRecord[]> {
  const found: BranchRecord[] = [];
  const now = (options.now ?? Date.now)();
  for (const record of (await store.deletedBranches?.(projectId)) ?? []) {
    if (retentionOf(record).compacted >= record.headLsn) continue;
    const isAdopted = family.some((by) => {
      const horizon = horizons.get(by.id) ?? retentionOf(by).horizon;
      return by.resets.some(({ lsn, branchId }) => branchId === record.id && lsn > horizon);
    });
    if (isAdopted || (await store.head(record.id)).timestamp > before) continue;
    const { horizon } = await horizonOf(store, record, options, now);
    if (horizon >= record.headLsn) found.push(record);
  }
  return found;
}

import assert from 'node:assert/strict';
import { isRetained, type BranchRecord, type Lsn, type Store } from '@argon/wal';
import type { Materializer } from '../../materializer';
import { headOf, observe, plain, shownAt, type NaiveBranch } from '../../testing/index';

/** The branch that answers for an LSN of a branch. */
async function ownerOf(store: Store, branchId: number, lsn: Lsn): Promise<BranchRecord> {
  let record = (await store.branchById(branchId))!;
  while (lsn < record.baseLsn && record.parentId !== null)
    record = (await store.branchById(record.parentId))!;
  return record;
}

/** Checks that a branch shows at these LSNs what the model does, and that those that are not kept are refused. */
export async function checkRetained(
  store: Store,
  materializers: readonly Materializer[],
  branch: NaiveBranch,
  lsns: readonly Lsn[],
): Promise<void> {
  for (const lsn of lsns) {
    const isKept = isRetained(await ownerOf(store, branch.id, lsn), lsn) || lsn === headOf(branch).lsn;
    for (const materializer of materializers) {
      if (!isKept) {
        await assert.rejects(materializer.stateAt(branch.id, lsn), { code: 'ARGON_WAL_LSN_BELOW_HORIZON' });
        continue;
      }
      const state = await materializer.stateAt(branch.id, lsn);
      const expected = shownAt(branch, lsn)!;
      assert.deepEqual(
        plain(await observe(materializer, state)),
        plain({ ...expected, lsn: state.lsn }),
        `branch ${branch.id} at LSN ${lsn}`,
      );
    }
  }
}

import type { Entry } from '../entry/entry';
import { numberOf } from '../refs/control-entries';
import type { BranchRecord } from '../refs/records';
import { retentionOf } from '../refs/retention';
import type { Store } from '../store/store';

/**
 * How a branch's birth in the log contradicts its record, or its fork point the chain that it stands on: that must be the
 * end of a commit there. Undefined if all is well.
 */
export async function problemOfBirth(
  store: Store,
  record: BranchRecord,
  birth: Entry,
): Promise<string | undefined> {
  const told = { parent: numberOf(birth, 'parent') ?? null, base: numberOf(birth, 'base') };
  if (told.parent !== record.parentId)
    return `it was forked off branch ${told.parent}, and its record says ${record.parentId}`;
  if (told.base !== record.baseLsn)
    return `it was forked at LSN ${told.base}, and its record says ${record.baseLsn}`;
  const { baseLsn } = record;
  let owner = record;
  while (owner.parentId !== null && (owner === record || baseLsn < owner.baseLsn)) {
    const parent = await store.branchById(owner.parentId);
    // Reported where the parent is looked for.
    if (parent === undefined) return undefined;
    owner = parent;
  }
  if (owner === record || baseLsn === owner.startLsn || baseLsn <= retentionOf(owner).horizon)
    return undefined;
  const commit = await store.commitAtOrBefore(owner.id, { lsn: baseLsn });
  if (commit?.lsn === baseLsn) return undefined;
  return `it was forked at LSN ${baseLsn}, where no commit of branch ${owner.id} ends`;
}

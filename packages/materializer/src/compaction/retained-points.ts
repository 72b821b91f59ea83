import { isRetained, retentionOf, type BranchRecord, type Lsn, type Store } from '@argon/wal';
import { mergePoints } from './merge-points';

/** Up to where a branch's own chain is compacted. */
export interface Bound {
  readonly horizon: Lsn;
  /** Whether what it shows at the horizon, at pins and after its resets stays for its own sake, as that of a live one. */
  readonly isKept: boolean;
}

/**
 * The commits of a branch's own chain, up to the horizon, whose states stay exact: the horizon, pins, where children
 * fork (also of deleted ones that others stand on), where merges begin again, and what resets, its own or others', show
 * again. Ascending; never empty. Of one that is not kept for its own sake only what others stand on.
 *
 * Any moment at or after the horizon, and any on a child, shows of this chain what it showed at one of these, and what
 * came after the horizon. The targets of resets at or before the horizon are there for another reason: with them, an
 * entry that any of these shows is shown by the first of these at or after it (see fates.ts).
 */
export async function retainedPoints(
  store: Store,
  record: BranchRecord,
  { horizon, isKept }: Bound,
  family: readonly BranchRecord[],
): Promise<Lsn[]> {
  const wanted = new Set<Lsn>(isKept ? [horizon] : []);
  if (isKept) for (const { lsn } of retentionOf(record).pins) wanted.add(lsn);
  const byId = new Map(family.map((branch) => [branch.id, branch]));
  for (const branch of family) {
    const lsn = forkOn(record, branch, byId);
    if (lsn !== undefined) wanted.add(lsn);
    for (const { branchId, to } of branch.resets) if (branchId === record.id) wanted.add(to);
  }
  // Of a branch that nobody stands on, no merge needs anything.
  if (isKept || wanted.size > 0) for (const lsn of await mergePoints(store, record, family)) wanted.add(lsn);
  const last = Math.max(...wanted);
  for (const { lsn, to, branchId } of record.resets) {
    if (branchId === undefined && (isKept || lsn <= last)) wanted.add(to);
  }
  const points = new Set<Lsn>();
  for (const lsn of wanted) {
    if (lsn > horizon) continue;
    const commit = await store.commitAtOrBefore(record.id, { lsn });
    if (commit) points.add(commit.lsn);
  }
  return [...points].sort((a, b) => a - b);
}

/** Whether a commit of a branch's own chain is there as it was: at or after the horizon, or kept below it. */
export async function isKeptAt(store: Store, branchId: number, lsn: Lsn): Promise<boolean> {
  const record = await store.branchById(branchId);
  if (record === undefined) return false;
  if (isRetained(record, lsn)) return true;
  const family = await familyOf(store, record.projectId);
  const bound = { horizon: retentionOf(record).horizon, isKept: record.status === 'active' };
  return (await retainedPoints(store, record, bound, family)).includes(lsn);
}

/** A project's live branches and those that they stand on: what they were forked from, and what they adopted. */
export async function familyOf(store: Store, projectId: number): Promise<readonly BranchRecord[]> {
  const found = new Map<number, BranchRecord>();
  const waiting = [...(await store.branches(projectId))];
  for (let branch = waiting.pop(); branch !== undefined; branch = waiting.pop()) {
    if (found.has(branch.id)) continue;
    found.set(branch.id, branch);
    const adopted = branch.resets.flatMap(({ branchId }) => branchId ?? []);
    for (const id of branch.parentId === null ? adopted : [branch.parentId, ...adopted]) {
      const below = await store.branchById(id);
      if (below !== undefined) waiting.push(below);
    }
  }
  return [...found.values()];
}

/** Where a branch leaves another's chain; undefined if it does not stand on it. */
function forkOn(
  record: BranchRecord,
  branch: BranchRecord,
  byId: ReadonlyMap<number, BranchRecord>,
): Lsn | undefined {
  let limit = branch.baseLsn;
  let parent = branch.parentId === null ? undefined : byId.get(branch.parentId);
  while (parent) {
    if (parent.id === record.id) return limit;
    limit = Math.min(limit, parent.baseLsn);
    parent = parent.parentId === null ? undefined : byId.get(parent.parentId);
  }
  return undefined;
}

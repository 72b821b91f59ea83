import {
  retentionOf,
  timelineAt,
  type BranchLookup,
  type BranchRecord,
  type Lsn,
  type Merge,
  type Store,
} from '@argon/wal';

/** A moment of a branch's chain. */
interface Moment {
  readonly branchId: number;
  readonly lsn: Lsn;
  /** Whether it was merged, so that a merge may begin at an end of what it shows. */
  readonly isMerged: boolean;
}

/**
 * Where merges begin again on a branch's own chain: what was merged of it last into anything that a branch of the family
 * can still show. Of several merges of one branch the earlier ones lie in what the later ones brought in, so they are not
 * needed. Merges of branches that are gone are followed to what those had merged in turn.
 */
export async function mergePoints(
  store: Store,
  record: BranchRecord,
  family: readonly BranchRecord[],
): Promise<ReadonlySet<Lsn>> {
  const points = new Set<Lsn>();
  if (!family.some(({ merges }) => merges !== undefined && merges.length > 0)) return points;
  const byId = new Map(family.map((branch) => [branch.id, branch]));
  const lookup: BranchLookup = async (id) => {
    const found = byId.get(id) ?? (await store.branchById(id));
    if (found !== undefined) byId.set(id, found);
    return found;
  };
  const waiting: Moment[] = [];
  const seen = new Set<string>();
  const follow = (branchId: number, lsn: Lsn, isMerged: boolean): void => {
    const name = `${branchId}@${lsn} ${isMerged}`;
    if (seen.has(name)) return;
    seen.add(name);
    waiting.push({ branchId, lsn, isMerged });
  };
  for (const branch of family) {
    const { horizon, pins } = retentionOf(branch);
    const kept = [Number.MAX_SAFE_INTEGER, horizon, ...pins.map(({ lsn }) => lsn)];
    for (const lsn of kept) follow(branch.id, lsn, false);
    if (branch.parentId !== null) follow(branch.parentId, branch.baseLsn, false);
    for (const { to, branchId = branch.id } of branch.resets) follow(branchId, to, false);
    for (const merge of branch.merges ?? []) if (merge.lsn > horizon) follow(merge.from, merge.at, true);
  }
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { segments } = await timelineAt(next.branchId, next.lsn, lookup);
    for (const { branchId, from, to } of segments) {
      if (next.isMerged && branchId === record.id) points.add(to);
      const { merges = [] } = (await lookup(branchId))!;
      for (const merge of await lastOf(merges, from, to, lookup)) follow(merge.from, merge.at, true);
    }
  }
  return points;
}

/** Of each branch the last merge within a stretch, and those before it that brought in what it does not have. */
async function lastOf(
  merges: readonly Merge[],
  from: Lsn,
  to: Lsn,
  lookup: BranchLookup,
): Promise<readonly Merge[]> {
  const found: Merge[] = [];
  const timelines = new Map<number, Awaited<ReturnType<typeof timelineAt>>[]>();
  for (const merge of merges.toReversed()) {
    if (merge.lsn <= from || merge.lsn > to) continue;
    const later = timelines.get(merge.from) ?? [];
    if (later.some((timeline) => timeline.branchOf(merge.at) === merge.from)) continue;
    found.push(merge);
    timelines.set(merge.from, [...later, await timelineAt(merge.from, merge.at, lookup)]);
  }
  return found;
}

import type { Moment } from '@argon/engine';
import type { Materializer } from '@argon/materializer';
import {
  branchReset,
  BranchNotFoundError,
  type Actor,
  type BranchRecord,
  type Lsn,
  type Store,
} from '@argon/wal';
import type { ResetReport } from '../service/contract';
import { BranchProtectedError, ResetBelowBaseError } from '../service/errors';
import { lsnOf } from './create';

/** What a reset would hide. @throws ResetBelowBaseError, or LsnOutOfRangeError for an LSN past the head */
export async function previewReset(
  store: Store,
  materializer: Materializer,
  branch: BranchRecord,
  moment: Moment,
): Promise<ResetReport> {
  const head = await materializer.current(branch.id);
  const lsn = await lsnOf(materializer, branch.id, moment);
  // Checked before anything is read: below the base the state would be the parent's, and easy to find.
  if (lsn < branch.baseLsn) throw new ResetBelowBaseError(branch.name, lsn, branch.baseLsn);
  const target = await materializer.stateAt(branch.id, lsn);
  let commits = 0;
  let entries = 0;
  const kept = new Set(target.timeline.segments.map(({ branchId, from, to }) => `${branchId}:${from}:${to}`));
  for (const { branchId, from, to } of head.timeline.segments) {
    if (branchId !== branch.id || kept.has(`${branchId}:${from}:${to}`)) continue;
    const hiddenAfter = target.timeline.contains(from + 1) ? Math.max(from, target.lsn) : from;
    for await (const batch of store.commits(branchId, { after: hiddenAfter, through: to })) {
      for (const commit of batch) {
        const changes = commit.entries.filter((entry) => entry.operation !== 'reset_branch').length;
        if (changes === 0) continue;
        commits++;
        entries += changes;
      }
    }
  }
  return { branch: branch.name, from: head.lsn, to: target.lsn, commits, entries };
}

/** Appends the reset; what was visible until now stays readable at its LSNs. */
export async function resetBranch(
  store: Store,
  materializer: Materializer,
  branch: BranchRecord,
  moment: Moment,
  actor: Actor,
): Promise<ResetReport> {
  if (branch.protected) throw new BranchProtectedError(branch.name, 'reset');
  for (;;) {
    const report = await previewReset(store, materializer, branch, moment);
    const head = await append(store, branch.id, report.from, report.to, actor);
    if (head !== undefined) return { ...report, head };
  }
}

/** The reset's LSN, or undefined when somebody committed since the preview. */
async function append(
  store: Store,
  branchId: number,
  after: Lsn,
  to: Lsn,
  actor: Actor,
): Promise<Lsn | undefined> {
  const result = await store.append({
    branchId,
    after,
    commits: [branchReset(to, actor)],
    change: { resetTo: to },
  });
  if (result.appended) return result.commits.at(-1)!.lsn;
  if (result.reason === 'branch-deleted') throw new BranchNotFoundError(branchId);
  return undefined;
}

import type { Moment } from '@argon/engine';
import type { Materializer } from '@argon/materializer';
import {
  branchReset,
  BranchNotFoundError,
  isRefOperation,
  type Actor,
  type BranchChange,
  type BranchRecord,
  type DraftEntry,
  type Lsn,
  type Store,
} from '@argon/wal';
import type { ResetPreview, ResetReport } from '../service/contract';
import { BranchProtectedError, ResetBelowBaseError } from '../service/errors';
import { lsnOf } from '../place/chain';

/** What a reset would hide. @throws ResetBelowBaseError, or LsnOutOfRangeError for an LSN past the head */
export async function previewReset(
  store: Store,
  materializer: Materializer,
  branch: BranchRecord,
  moment: Moment,
): Promise<ResetPreview> {
  const head = await materializer.current(branch.id);
  const lsn = await targetOf(materializer, branch, moment);
  const target = await materializer.stateAt(branch.id, lsn);
  let commits = 0;
  let entries = 0;
  const kept = new Set(target.timeline.segments.map(({ branchId, from, to }) => `${branchId}:${from}:${to}`));
  for (const { branchId, from, to } of head.timeline.segments) {
    if (branchId !== branch.id || kept.has(`${branchId}:${from}:${to}`)) continue;
    const hiddenAfter = target.timeline.contains(from + 1) ? Math.max(from, target.lsn) : from;
    for await (const batch of store.commits(branchId, { after: hiddenAfter, through: to })) {
      for (const commit of batch) {
        const changes = commit.entries.filter((entry) => !isRefOperation(entry.operation)).length;
        if (changes === 0) continue;
        commits++;
        entries += changes;
      }
    }
  }
  return { branch: branch.name, from: head.lsn, to: target.lsn, commits, entries };
}

/** The LSN that is meant. @throws ResetBelowBaseError: below it the state is the parent's, and easy to find there */
async function targetOf(materializer: Materializer, branch: BranchRecord, moment: Moment): Promise<Lsn> {
  const lsn = await lsnOf(materializer, branch.id, moment);
  if (lsn < branch.baseLsn) throw new ResetBelowBaseError(branch.name, lsn, branch.baseLsn);
  return lsn;
}

/** What goes with a reset in the same step: changes of the branch's record, and the entries that tell of them. */
export interface BesideReset {
  readonly change: BranchChange;
  readonly entries: readonly DraftEntry[];
}

const NOTHING: BesideReset = { change: {}, entries: [] };

/**
 * Appends the reset; what was visible until now stays readable at its LSNs.
 * @param besideOf what goes with it, given the head that it follows; what it throws ends the reset before anything is done
 */
export async function resetBranch(
  store: Store,
  materializer: Materializer,
  branch: BranchRecord,
  moment: Moment,
  actor: Actor,
  besideOf: (from: Lsn) => BesideReset = () => NOTHING,
): Promise<ResetReport> {
  if (branch.protected) throw new BranchProtectedError(branch.name, 'reset');
  for (;;) {
    const { lsn: from } = await store.head(branch.id);
    const to = await materializer.boundaryAt(branch.id, await targetOf(materializer, branch, moment));
    const beside = besideOf(from);
    const head = await append(store, branch.id, from, to, actor, beside);
    if (head !== undefined) return { branch: branch.name, from, to, head };
  }
}

/** The reset's LSN, or undefined when somebody committed since the preview. */
async function append(
  store: Store,
  branchId: number,
  after: Lsn,
  to: Lsn,
  actor: Actor,
  { change, entries }: BesideReset,
): Promise<Lsn | undefined> {
  const result = await store.append({
    branchId,
    after,
    // The reset's own entry comes last: its LSN is the commit's, by which the branch's record knows it.
    commits: [{ actor, entries: [...entries, ...branchReset(to, actor).entries] }],
    change: { ...change, resetTo: to },
  });
  if (result.appended) return result.commits.at(-1)!.lsn;
  if (result.reason === 'branch-deleted') throw new BranchNotFoundError(branchId);
  return undefined;
}

import type { BranchState } from '@argon/materializer';
import { isRefOperation, type BranchRecord, type Entry, type Lsn, type Store } from '@argon/wal';
import type { FoundPlace } from '../place/places';
import { spanOf } from '../place/spans';
import type { UndoTarget } from './contract';
import type { LastRestore } from './last-restore';

/** How something is undone by moving the pointer, if nobody has written since. */
export interface WayBack {
  /** The commit that is undone, and the one that is gone back to. */
  readonly of: Lsn;
  readonly to: Lsn;
  /** The restore point that goes with it. */
  readonly point: string | undefined;
}

/** Of a restore of a whole branch. */
export function restoreBack({ whole, lsn, point }: LastRestore): WayBack | undefined {
  return whole ? { of: lsn, to: point.lsn, point: point.name } : undefined;
}

/**
 * Of a merge. A commit that took its changes back would leave it in the branch's history, so that they would count as
 * changes that the branch does not want, and go where the branch is merged to.
 */
export async function mergeBack(
  store: Store,
  head: BranchState,
  place: FoundPlace,
  what: UndoTarget,
): Promise<WayBack | undefined> {
  const lsn = onlyCommit(what);
  const { branch } = place;
  if (lsn === undefined || branch.protected) return undefined;
  const span = await spanOf(store, head, place, { lsn });
  if (span?.after.branchId !== branch.id || span.before.lsn < branch.baseLsn) return undefined;
  if (!(await isMerge(store, branch, span.after.lsn))) return undefined;
  return { of: span.after.lsn, to: span.before.lsn, point: undefined };
}

/** A large one is remembered where it was staged. */
async function isMerge(store: Store, branch: BranchRecord, lsn: Lsn): Promise<boolean> {
  if (branch.merges?.some((merge) => merge.lsn === lsn) === true) return true;
  const adopted = branch.resets.find((reset) => reset.lsn === lsn)?.branchId;
  if (adopted === undefined) return false;
  return ((await store.branchById(adopted))?.merges ?? []).length > 0;
}

function onlyCommit(what: UndoTarget): Lsn | undefined {
  if (what.kind === 'commit') return what.lsn;
  if (what.kind !== 'commits' || what.commits.length !== 1) return undefined;
  const [only] = what.commits;
  return 'lsn' in only! ? only.lsn : undefined;
}

/** Whether what a branch shows is as a commit left it: nothing but notes about the branch came after. */
export async function isUntouched(store: Store, branchId: number, since: Lsn, head: Lsn): Promise<boolean> {
  for await (const commits of store.commits(branchId, { after: since, through: head })) {
    if (commits.some(({ entries }) => entries.some(isChange))) return false;
  }
  return true;
}

function isChange({ operation }: Entry): boolean {
  return !isRefOperation(operation) || operation === 'reset_branch' || operation === 'merge_branch';
}

import { LsnOutOfRangeError, type BranchState } from '@argon/materializer';
import type { BranchRecord, Lsn, ProjectRecord, Store } from '@argon/wal';
import { UndoCommitNotFoundError, UndoRequestError } from './errors';

/** The LSNs on a branch between whose states lies what is to be taken back. */
export interface Span {
  readonly before: Lsn;
  readonly after: Lsn;
}

/**
 * One commit, by the LSN of any of its entries: the branch's own, or of one that it was forked from.
 * @throws UndoCommitNotFoundError
 */
export async function commitSpan(
  store: Store,
  { timeline }: BranchState,
  branch: BranchRecord,
  lsn: Lsn,
): Promise<Span> {
  // A reset lies beside what it shows.
  const isReset = branch.resets.some((reset) => reset.lsn === lsn);
  const branchId = isReset ? branch.id : timeline.branchOf(lsn);
  const owner = branchId === undefined ? undefined : await store.branchById(branchId);
  const [entry] = owner === undefined ? [] : await store.entries(owner.id, [lsn]);
  if (owner === undefined || entry === undefined || lsn <= owner.startLsn) {
    throw new UndoCommitNotFoundError(lsn, branch.name);
  }
  const previous = await store.commitAtOrBefore(owner.id, { lsn: entry.commitLsn - 1 });
  return { before: previous?.lsn ?? owner.startLsn, after: entry.commitLsn };
}

/** All commits that the branch shows with LSNs from `from` to `to`. @throws UndoRequestError, LsnOutOfRangeError */
export function rangeSpan(
  head: BranchState,
  project: ProjectRecord,
  { from, to }: { readonly from: Lsn; readonly to: Lsn },
): Span {
  if (from > to) throw new UndoRequestError(`the range begins at LSN ${from} and ends before that, at ${to}`);
  if (to > head.lsn)
    throw new LsnOutOfRangeError(head.branchId, to, { from: firstLsn(project), to: head.lsn });
  return { before: shownBefore(head, project, from), after: shownBefore(head, project, to + 1) };
}

/** The greatest LSN below one that the branch shows, so nothing that a reset hid. */
export function shownBefore({ timeline }: BranchState, project: ProjectRecord, lsn: Lsn): Lsn {
  const last = lsn - 1;
  if (timeline.contains(last)) return last;
  const shown = timeline.segments.findLast(({ to }) => to <= last)?.to;
  return shown ?? firstLsn(project);
}

/** Before it there is nothing: the LSN at which the project's first branch was made. */
function firstLsn({ id }: ProjectRecord): Lsn {
  return id + 1;
}

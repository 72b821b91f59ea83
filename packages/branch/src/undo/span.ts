import { LsnOutOfRangeError, type BranchState } from '@argon/materializer';
import { type BranchRecord, type Lsn, type ProjectRecord, type Store } from '@argon/wal';
import type { ChainPoint } from '../merge/merge-base';
import { UndoCommitNotFoundError, UndoRequestError } from './errors';

/** The commits between whose states lies what is to be taken back. */
export interface Span {
  readonly before: ChainPoint;
  readonly after: ChainPoint;
}

/**
 * One commit, by the LSN of any of its entries: the branch's own, or of one that it was forked from. What was too large
 * for one commit, and adopted by one, is meant as a whole.
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
  const { owner, at } = await adoptionOf(store, branch, { branchId, lsn });
  const [entry] = owner === undefined ? [] : await store.entries(owner.id, [at]);
  if (owner === undefined || entry === undefined || at <= owner.startLsn) {
    throw new UndoCommitNotFoundError(lsn, branch.name);
  }
  const previous = await store.commitAtOrBefore(owner.id, { lsn: entry.commitLsn - 1 });
  return {
    before: { branchId: owner.id, lsn: previous?.lsn ?? owner.startLsn },
    after: { branchId: owner.id, lsn: entry.commitLsn },
  };
}

/** Where an LSN that a branch shows was committed: of one that was adopted, by the adoption. */
async function adoptionOf(
  store: Store,
  branch: BranchRecord,
  { branchId, lsn }: { readonly branchId: number | undefined; readonly lsn: Lsn },
): Promise<{ readonly owner: BranchRecord | undefined; readonly at: Lsn }> {
  let record: BranchRecord | undefined = branch;
  while (record !== undefined && record.id !== branchId) {
    const adoption = record.resets.find((reset) => reset.branchId === branchId && lsn <= reset.to);
    if (adoption !== undefined) return { owner: record, at: adoption.lsn };
    record = record.parentId === null ? undefined : await store.branchById(record.parentId);
  }
  return { owner: record, at: lsn };
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

/** The greatest LSN below one that the branch shows, so nothing that a reset hid; and on whose chain it lies. */
export function shownBefore(
  { timeline, branchId }: BranchState,
  project: ProjectRecord,
  lsn: Lsn,
): ChainPoint {
  const last = lsn - 1;
  const segment = timeline.segments.findLast(({ from }) => from < last);
  if (segment === undefined) return { branchId, lsn: firstLsn(project) };
  return { branchId: segment.branchId, lsn: Math.min(segment.to, last) };
}

/** Before it there is nothing: the LSN at which the project's first branch was made. */
function firstLsn({ id }: ProjectRecord): Lsn {
  return id + 1;
}

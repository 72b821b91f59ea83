import { LsnOutOfRangeError, type BranchState } from '@argon/materializer';
import type { BranchRecord, Lsn, ProjectRecord, Store } from '@argon/wal';
import type { ChainPoint } from '../merge/merge-base';
import type { FoundPlace } from './places';

/** Commits as a person names them: one, by the LSN of any of its entries, or all with LSNs of a range, both included. */
export type CommitsAt = { readonly lsn: Lsn } | { readonly from: Lsn; readonly to: Lsn };

/** The commits between whose states lies what commits did. */
export interface Span {
  readonly before: ChainPoint;
  readonly after: ChainPoint;
}

/**
 * What commits did that a branch shows in a state of it. What was too large for one commit, and adopted by one, is meant
 * as a whole when one of its commits is.
 * @returns undefined if no commit has that LSN; of a range, if it ends before it begins @throws LsnOutOfRangeError
 */
export async function spanOf(
  store: Store,
  state: BranchState,
  { project, branch }: Pick<FoundPlace, 'project' | 'branch'>,
  commits: CommitsAt,
): Promise<Span | undefined> {
  return 'lsn' in commits
    ? commitSpan(store, state, branch, commits.lsn)
    : rangeSpan(state, project, commits);
}

/** One commit: the branch's own, or of one that it was forked from. */
async function commitSpan(
  store: Store,
  { timeline }: BranchState,
  branch: BranchRecord,
  lsn: Lsn,
): Promise<Span | undefined> {
  // A reset lies beside what it shows.
  const isReset = branch.resets.some((reset) => reset.lsn === lsn);
  const branchId = isReset ? branch.id : timeline.branchOf(lsn);
  const { owner, at } = await adoptionOf(store, branch, { branchId, lsn });
  const [entry] = owner === undefined ? [] : await store.entries(owner.id, [at]);
  if (owner === undefined || entry === undefined || at <= owner.startLsn) return undefined;
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

/** All commits that the branch shows with LSNs from `from` to `to`. */
function rangeSpan(
  head: BranchState,
  project: ProjectRecord,
  { from, to }: { readonly from: Lsn; readonly to: Lsn },
): Span | undefined {
  if (from > to) return undefined;
  if (to > head.lsn)
    throw new LsnOutOfRangeError(head.branchId, to, { from: firstLsn(project), to: head.lsn });
  return { before: shownBefore(head, project, from), after: shownBefore(head, project, to + 1) };
}

/** Spans in the order given, those as one of which the next begins where the last ended. */
export function joined(spans: readonly Span[]): readonly Span[] {
  const result: Span[] = [];
  for (const span of spans) {
    const last = result.at(-1);
    if (last?.after.lsn === span.before.lsn)
      result[result.length - 1] = { before: last.before, after: span.after };
    else result.push(span);
  }
  return result;
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

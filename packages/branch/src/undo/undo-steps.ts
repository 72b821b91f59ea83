import type { Draft, Moment, WalEngine } from '@argon/engine';
import { MomentOutOfRangeError, type BranchState, type Materializer } from '@argon/materializer';
import type { BranchRecord, Lsn, Store } from '@argon/wal';
import type { Decider } from '../merge/decide';
import { successiveSteps } from '../merge/successive-steps';
import type { FoundPlace } from '../place/places';
import { joined, shownBefore, spanOf, type CommitsAt, type Span } from '../place/spans';
import type { Step } from '../steps/contract';
import type { Watch } from '../steps/watch';
import { ActorChanges } from './actor-changes';
import { actorSteps } from './actor-steps';
import type { LeftChange, UndoTarget } from './contract';
import { UndoCommitNotFoundError, UndoRequestError } from './errors';

/** What is noticed on the way and not taken back. */
export interface UndoNotes {
  left: number;
  leftExamples: readonly LeftChange[];
}

/** What a commit takes back; a restore is one, too. */
export type WrittenUndo = Exclude<UndoTarget, { readonly kind: 'last-restore' }>;

/** What takes something back from what a branch shows at its head, in batches. @throws see `UndoService.undo` */
export async function* undoSteps(
  { store, materializer }: Pick<WalEngine, 'store' | 'materializer'>,
  place: FoundPlace,
  draft: Draft,
  what: WrittenUndo,
  decider: Decider,
  notes: UndoNotes,
  watch?: Watch,
): AsyncGenerator<readonly Step[]> {
  if (what.kind === 'actor') {
    const { project, branch } = place;
    const head = draft.base;
    const since = await sinceLsn(materializer, branch.id, what.since);
    const from = shownBefore(head, project, since);
    const start = await materializer.stateAt(from.branchId, from.lsn);
    const changes = await ActorChanges.read(store, head, start, what.by, watch);
    notes.left = changes.leftCount;
    notes.leftExamples = changes.left;
    yield* actorSteps(materializer, head, changes.documents(), decider);
    return;
  }
  const spans = await spansOf(store, draft.base, place, what);
  yield* successiveSteps(materializer, draft, spans, true, decider);
}

/** What is taken back, the newest first. @throws UndoCommitNotFoundError, UndoRequestError, LsnOutOfRangeError */
async function spansOf(
  store: Store,
  head: BranchState,
  place: FoundPlace,
  what: Exclude<WrittenUndo, { readonly kind: 'actor' }>,
): Promise<readonly Span[]> {
  const spans: Span[] = [];
  for (const commits of what.kind === 'commits' ? what.commits : [what]) {
    const span = await spanOf(store, head, place, commits);
    if (span === undefined) throw notFound(commits, place.branch);
    spans.push(span);
  }
  const oldestFirst = spans.sort((a, b) => a.before.lsn - b.before.lsn || b.after.lsn - a.after.lsn);
  return joined(withoutOverlap(oldestFirst)).toReversed();
}

/** What lies in two spans is taken back once. */
function withoutOverlap(oldestFirst: readonly Span[]): readonly Span[] {
  const result: Span[] = [];
  for (const { before, after } of oldestFirst) {
    const end = result.at(-1)?.after ?? before;
    if (after.lsn > end.lsn) result.push({ before: before.lsn < end.lsn ? end : before, after });
  }
  return result;
}

function notFound(commits: CommitsAt, { name }: BranchRecord): Error {
  if ('lsn' in commits) return new UndoCommitNotFoundError(commits.lsn, name);
  const { from, to } = commits;
  return new UndoRequestError(`the range begins at LSN ${from} and ends before that, at ${to}`);
}

/** The first LSN that is meant: a commit at that very time counts. */
async function sinceLsn(materializer: Materializer, branchId: number, since: Moment): Promise<Lsn> {
  if ('lsn' in since) return since.lsn;
  try {
    return (await materializer.lsnAtTime(branchId, since.timestamp - 1)) + 1;
  } catch (error) {
    // Before the project was made there was nothing.
    if (error instanceof MomentOutOfRangeError) return 0;
    throw error;
  }
}

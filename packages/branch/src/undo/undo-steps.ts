import type { Moment, WalEngine } from '@argon/engine';
import { MomentOutOfRangeError, type BranchState, type Materializer } from '@argon/materializer';
import type { Lsn } from '@argon/wal';
import type { Decider } from '../merge/decide';
import type { ChainPoint } from '../merge/merge-base';
import { mergeSteps } from '../merge/merge-steps';
import type { FoundPlace } from '../place/places';
import type { Step } from '../steps/contract';
import type { Watch } from '../steps/watch';
import { ActorChanges } from './actor-changes';
import { actorSteps } from './actor-steps';
import type { LeftChange, UndoTarget } from './contract';
import { commitSpan, rangeSpan, shownBefore } from './span';

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
  { project, branch }: FoundPlace,
  head: BranchState,
  what: WrittenUndo,
  decider: Decider,
  notes: UndoNotes,
  watch?: Watch,
): AsyncGenerator<readonly Step[]> {
  const stateOf = ({ branchId, lsn }: ChainPoint) => materializer.stateAt(branchId, lsn);
  if (what.kind === 'actor') {
    const since = await sinceLsn(materializer, branch.id, what.since);
    const start = await stateOf(shownBefore(head, project, since));
    const changes = await ActorChanges.read(store, head, start, what.by, watch);
    notes.left = changes.leftCount;
    notes.leftExamples = changes.left;
    yield* actorSteps(materializer, head, changes.documents(), decider);
    return;
  }
  const span =
    what.kind === 'commit' ? await commitSpan(store, head, branch, what.lsn) : rangeSpan(head, project, what);
  const [base, theirs] = await Promise.all([stateOf(span.after), stateOf(span.before)]);
  yield* mergeSteps(materializer, { base, ours: head, theirs }, decider);
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

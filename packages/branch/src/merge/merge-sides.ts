import type { WalEngine } from '@argon/engine';
import type { BranchState, Materializer } from '@argon/materializer';
import type { FoundPlace } from '../place/places';
import type { Step } from '../steps/contract';
import type { MergeRequest } from './contract';
import { deciderOf } from './decide';
import { UnrelatedBranchesError } from './errors';
import { mergeBase, type ChainPoint } from './merge-base';
import { mergeSteps } from './merge-steps';

/** What is merged with what. */
export interface MergeSides {
  readonly ours: BranchState;
  readonly theirs: BranchState;
  readonly base: ChainPoint;
  /** Theirs is in our history already. */
  readonly upToDate: boolean;
}

/** @throws UnrelatedBranchesError */
export async function sidesOf(
  { store }: Pick<WalEngine, 'store'>,
  ours: BranchState,
  theirs: BranchState,
  { from, into }: { readonly from: FoundPlace; readonly into: FoundPlace },
): Promise<MergeSides> {
  const base = await mergeBase(pointOf(ours), pointOf(theirs), (id) => store.branchById(id));
  if (base === undefined) throw new UnrelatedBranchesError(from.branch.name, into.branch.name);
  const tip = theirs.timeline.segments.at(-1);
  return { ours, theirs, base, upToDate: base.branchId === tip?.branchId && base.lsn === tip.to };
}

/** What the merge does to ours, in batches. */
export async function* stepsOf(
  materializer: Materializer,
  { ours, theirs, base, upToDate }: MergeSides,
  { decider = deciderOf({}) }: Pick<MergeRequest, 'decider'>,
): AsyncGenerator<readonly Step[]> {
  if (upToDate) return;
  const from = await materializer.baseAt(base.branchId, base.lsn);
  yield* mergeSteps(materializer, { base: from, ours, theirs }, decider);
}

export function pointOf({ branchId, lsn }: BranchState): ChainPoint {
  return { branchId, lsn };
}

import type { Draft } from '@argon/engine';
import type { Materializer } from '@argon/materializer';
import type { Span } from '../place/spans';
import { draftReader } from '../diff/state-reader';
import type { Step } from '../steps/contract';
import type { Decider } from './decide';
import { mergeSteps } from './merge-steps';

/**
 * What several changes do to a draft, each to what those before it left: a three-way merge for each. The steps must be
 * drafted before the next are asked for, and all be held in the draft.
 * @param spans what the changes lead from and to; taken back where `isBack`
 */
export async function* successiveSteps(
  materializer: Materializer,
  draft: Draft,
  spans: readonly Span[],
  isBack: boolean,
  decider: Decider,
): AsyncGenerator<readonly Step[]> {
  const reader = draftReader(materializer, draft);
  for (const { before, after } of spans) {
    const [old, now] = await Promise.all([
      materializer.stateAt(before.branchId, before.lsn),
      materializer.stateAt(after.branchId, after.lsn),
    ]);
    const [base, theirs] = isBack ? [now, old] : [old, now];
    yield* mergeSteps(reader, { base, ours: draft.state, theirs }, decider);
  }
}

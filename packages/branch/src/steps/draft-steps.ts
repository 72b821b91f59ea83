import type { Draft } from '@argon/engine';
import { StepWriter, type StepCounts } from './apply';
import type { Step } from './contract';
import { Tally, type ConflictCounts } from './tally';
import { seen, type Watch } from './watch';

/** What steps that were drafted do, and the conflicts among them. */
export interface DraftedSteps extends ConflictCounts {
  readonly counts: StepCounts;
}

/**
 * Drafts all steps as one commit, batch by batch.
 * @param isExact see `StepWriter`
 * @throws ViolationError that lists what validators and unique indexes do not allow; the signal's reason
 */
export async function draftSteps(
  draft: Draft,
  batches: AsyncIterable<readonly Step[]>,
  watch: Watch | undefined,
  isExact = false,
): Promise<DraftedSteps> {
  const writer = new StepWriter(draft, isExact);
  const tally = new Tally();
  for await (const steps of seen(batches, watch)) {
    tally.see(steps);
    await writer.write(steps);
  }
  await writer.finish();
  return { counts: writer.counts, ...tally.report };
}

import { setTimeout as sleep } from 'node:timers/promises';
import { duplicateIn, isOutcomeUnknown } from './failure';

/** How long an unknown outcome is asked about, ms. */
const PATIENCE_MS = 30_000;
/** Between two looks for what another writer has written but a majority does not have yet, ms. */
const LOOK_MS = 1.5;
const LONGEST_PAUSE_MS = 250;
/** While that does not show up, the write is tried again this often: the other writer's may have been rolled back. */
const LOOKS_PER_TRY = 40;

export interface UncertainWrite<T> {
  /** Writes. Doing it twice does no harm: the second time is refused by a unique index. */
  attempt(): Promise<void>;
  /** What a majority has in the place that was to be written; undefined if nothing (yet). */
  look(): Promise<T | undefined>;
  /** The error to throw if patience ends. */
  unknown(cause: unknown): Error;
}

/**
 * Writes, and if a unique index refuses or the answer is lost, looks and writes again until it is known what is
 * there: 'done' if an attempt was acknowledged, else what was seen. Throws a failure only if it is certain that no
 * attempt wrote anything, and else the error for an unknown outcome.
 */
export async function untilKnown<T>(write: UncertainWrite<T>): Promise<T | 'done'> {
  let cause: unknown;
  /** A unique index refused the latest attempt: what is there will show up. */
  let isTaken = false;
  /** An attempt may have written without our knowing. */
  let isUncertain = false;
  const attempted = async (): Promise<'done' | 'again' | 'failed'> => {
    try {
      await write.attempt();
      return 'done';
    } catch (error) {
      cause = error;
      const duplicate = duplicateIn(error);
      isTaken = duplicate === 'chain' || duplicate === 'id';
      if (isTaken) return 'again';
      if (isOutcomeUnknown(error)) {
        isUncertain = true;
        return 'again';
      }
      if (!isUncertain) throw error;
      return 'failed';
    }
  };
  if ((await attempted()) === 'done') return 'done';
  const deadline = performance.now() + PATIENCE_MS;
  let pause = LOOK_MS;
  let isLastLook = false;
  if (isTaken) await sleep(LOOK_MS);
  for (let looks = 1; ; looks++) {
    try {
      const seen = await write.look();
      if (seen !== undefined) return seen;
    } catch (error) {
      if (!isOutcomeUnknown(error)) throw isUncertain ? write.unknown(error) : error;
      cause = error;
    }
    if (isLastLook || performance.now() > deadline) throw write.unknown(cause);
    await sleep(pause);
    if (!isTaken) pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    if (isTaken && looks % LOOKS_PER_TRY !== 0) continue;
    const outcome = await attempted();
    if (outcome === 'done') return 'done';
    isLastLook = outcome === 'failed';
  }
}

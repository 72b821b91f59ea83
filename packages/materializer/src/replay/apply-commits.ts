import { countEntries, type Commit, type Entry, type Lsn, type MaybePromise, Pacer } from '@argon/wal';
import { LogInconsistentError } from '../errors';
import type { LayeredBranchState } from '../state/branch-state';
import { resetTarget, type ResetTarget } from './reset-entry';

/** More entries are applied step by step, and others let through in between. */
const AT_ONCE = 2_048;
const STEP = 1_024;

/** What a branch showed at an LSN: what a reset shows again. */
export type Showed = (branchId: number, lsn: Lsn) => MaybePromise<LayeredBranchState>;

/**
 * The state after commits of its branch's own chain, resets included. Answers at once unless they are many, or a reset
 * goes back to a state that has to be computed.
 * @param horizon up to where the branch's log is compacted: there, changes of records that are gone are passed over
 * @throws LogInconsistentError if the commits do not follow the state
 */
export function applyCommits(
  state: LayeredBranchState,
  commits: readonly Commit[],
  showed: Showed,
  horizon: Lsn,
): MaybePromise<LayeredBranchState> {
  let lsn = state.lsn;
  let reset: (ResetTarget & { at: number }) | undefined;
  for (const [at, commit] of commits.entries()) {
    if (commit.after !== lsn || commit.branchId !== state.branchId) {
      throw new LogInconsistentError(`the commit at LSN ${commit.lsn} does not follow LSN ${lsn}`, {
        branchId: state.branchId,
        lsn: commit.lsn,
        after: commit.after,
      });
    }
    lsn = commit.lsn;
    const target = resetTarget(commit);
    if (target !== undefined) reset = { at, ...target };
  }
  if (!reset) return advanced(state, commits, horizon);
  // What the last reset hid need not be computed.
  const { at, to, branchId = state.branchId } = reset;
  const restored = (shown: LayeredBranchState): MaybePromise<LayeredBranchState> =>
    advanced(shown.restoredAt(commits[at]!, state.branchId), commits.slice(at + 1), horizon);
  const shown = showed(branchId, to);
  return shown instanceof Promise ? shown.then(restored) : restored(shown);
}

function advanced(
  state: LayeredBranchState,
  commits: readonly Commit[],
  horizon: Lsn,
): MaybePromise<LayeredBranchState> {
  if (commits.length === 0) return state;
  return countEntries(commits) > AT_ONCE
    ? inSteps(state, commits, horizon)
    : state.advanceBy(commits, horizon);
}

/** What lies between the steps, in the middle of a commit perhaps, nobody sees. */
async function inSteps(
  state: LayeredBranchState,
  commits: readonly Commit[],
  horizon: Lsn,
): Promise<LayeredBranchState> {
  const pacer = new Pacer();
  let next = state;
  for (const step of steps(commits)) {
    next = next.advanceBy(step, horizon);
    if (pacer.due) await pacer.giveWay();
  }
  return next;
}

type Step = Pick<Commit, 'lsn' | 'timestamp'> & { readonly entries: readonly Entry[] };

/** Commits, or parts of them, of about as many entries together. */
function* steps(commits: readonly Commit[]): Generator<readonly Step[], undefined> {
  let step: Step[] = [];
  let size = 0;
  for (const { entries, lsn, timestamp } of commits) {
    for (let from = 0; from < entries.length; from += STEP) {
      const part = entries.length <= STEP ? entries : entries.slice(from, from + STEP);
      step.push({ entries: part, lsn, timestamp });
      size += part.length;
      if (size < STEP) continue;
      yield step;
      [step, size] = [[], 0];
    }
  }
  if (step.length > 0) yield step;
}

import type { Commit, Lsn, MaybePromise } from '@argon/wal';
import { LogInconsistentError } from '../errors';
import type { LayeredBranchState } from '../state/branch-state';
import { resetTarget, type ResetTarget } from './reset-entry';

/** What a branch showed at an LSN: what a reset shows again. */
export type Showed = (branchId: number, lsn: Lsn) => MaybePromise<LayeredBranchState>;

/**
 * The state after commits of its branch's own chain, resets included. Answers at once unless a reset goes back to a
 * state that has to be computed.
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
  const restored = (shown: LayeredBranchState): LayeredBranchState =>
    advanced(shown.restoredAt(commits[at]!, state.branchId), commits.slice(at + 1), horizon);
  const shown = showed(branchId, to);
  return shown instanceof Promise ? shown.then(restored) : restored(shown);
}

function advanced(state: LayeredBranchState, commits: readonly Commit[], horizon: Lsn): LayeredBranchState {
  return commits.length > 0 ? state.advanceBy(commits, horizon) : state;
}

import type { Draft } from '@argon/engine';
import type { BranchState, Materializer } from '@argon/materializer';
import type { Lsn, MaybePromise } from '@argon/wal';

/** What states are compared with: the materializer, or a draft for states that have its own changes. */
export interface StateReader {
  diff: Materializer['diff'];
  documents(state: BranchState, lsns: readonly Lsn[]): MaybePromise<readonly Uint8Array[]>;
}

/** Reads what a draft has changed so far, too. */
export function draftReader(materializer: Materializer, draft: Draft): StateReader {
  return {
    diff: (before, after, collection) => materializer.diff(before, after, collection),
    documents: (state, lsns) => draft.documents(state, lsns),
  };
}

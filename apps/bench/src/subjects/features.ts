import { Materializer, type BranchState } from '@argon/materializer';

/** What Argon may or may not be able to do, by whether the materializer has the method. */
interface Snapshots {
  /** Writes down what a branch holds now. */
  snapshot(branchId: number): Promise<unknown>;
}

export interface Diffs {
  /** The records of a collection that two states show differently, in batches; undefined at the end. */
  diff(
    before: BranchState,
    after: BranchState,
    collection: string,
  ): { next(): Promise<readonly { readonly record: number }[] | undefined> };
}

export function takesSnapshots(materializer: object): materializer is Snapshots {
  return 'snapshot' in Materializer.prototype && 'snapshot' in materializer;
}

export function diffsBranches(materializer: object): materializer is Diffs {
  return 'diff' in Materializer.prototype && 'diff' in materializer;
}

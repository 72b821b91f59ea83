import { ArgonError } from '@argon/wal';

/** Both sides changed the same things, and nobody decided. Nothing was written. */
export class MergeConflictError extends ArgonError {
  constructor(what: string, into: string, open: number) {
    super(
      'ARGON_BRANCH_MERGE_CONFLICT',
      `Could not merge ${what} into '${into}': ${open === 1 ? 'one conflict is' : `${open} conflicts are`} not decided. ` +
        'Nothing was written. Look at the plan, and choose a side (ours or theirs) for all, for a collection, or one by one.',
      { what, into, open },
    );
  }
}

/** Two branches that have no history in common: they are of two projects. */
export class UnrelatedBranchesError extends ArgonError {
  constructor(from: string, into: string) {
    super(
      'ARGON_BRANCH_UNRELATED',
      `Branches '${from}' and '${into}' have no history in common, so they cannot be merged. Merge branches of one project.`,
      { from, into },
    );
  }
}

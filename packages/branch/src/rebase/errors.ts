import { ArgonError } from '@argon/wal';

/** A branch has no parent that it could be brought onto: it is a project's first, or its parent was deleted. */
export class NoParentError extends ArgonError {
  constructor(branch: string, deleted: string | undefined) {
    const why = deleted === undefined ? 'it has no parent' : `its parent '${deleted}' was deleted`;
    super(
      'ARGON_BRANCH_NO_PARENT',
      `Could not rebase branch '${branch}': ${why}. Merge another branch into it instead.`,
      { branch, ...(deleted === undefined ? {} : { parent: deleted }) },
    );
  }
}

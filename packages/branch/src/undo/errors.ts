import { stringifyEjson } from '@argon/bson';
import { ArgonError, type Lsn } from '@argon/wal';
import { pathText } from '../document/changes';
import type { UndoConflict } from './contract';

/** How many conflicts the error's data hold. */
const MAX_TOLD = 20;

/** What is to be taken back was changed again since, and nobody decided. Nothing was written. `conflicts` are the first. */
export class UndoConflictError extends ArgonError {
  constructor(
    readonly conflicts: readonly UndoConflict[],
    branch: string,
    open: number,
  ) {
    super(
      'ARGON_BRANCH_UNDO_CONFLICT',
      `Could not undo on branch '${branch}': ${open === 1 ? 'one thing was' : `${open} things were`} changed again since, ` +
        'and nothing says what to do with that. Nothing was written. Keep later work where it clashes (ours), or take the ' +
        'change back all the same (theirs).',
      { branch, open, conflicts: conflicts.slice(0, MAX_TOLD).map(conflictData) },
    );
  }
}

function conflictData(conflict: UndoConflict): object {
  const { collection } = conflict;
  if (conflict.kind === 'catalog-conflict') return { collection, what: conflict.conflict.what };
  const fields = conflict.conflict!.fields.map(({ path }) => pathText(path));
  return { collection, id: stringifyEjson(conflict.id), fields };
}

/** No commit of what the branch shows has this LSN. */
export class UndoCommitNotFoundError extends ArgonError {
  constructor(lsn: Lsn, branch: string) {
    super(
      'ARGON_BRANCH_UNDO_COMMIT_NOT_FOUND',
      `Could not undo LSN ${lsn} on branch '${branch}': no commit that the branch shows has it. ` +
        'It may be of another branch, hidden by a reset, or compacted.',
      { lsn, branch },
    );
  }
}

/** There is no restore that could be undone. */
export class NoRestoreError extends ArgonError {
  constructor(branch: string) {
    super(
      'ARGON_BRANCH_NO_RESTORE',
      `Branch '${branch}' has no restore that could be undone: none was made, all were undone, or their restore points are gone.`,
      { branch },
    );
  }
}

/** What is to be undone is not said so that it means something. */
export class UndoRequestError extends ArgonError {
  constructor(problem: string) {
    super('ARGON_BRANCH_UNDO_REQUEST', `Could not undo: ${problem}.`, {});
  }
}

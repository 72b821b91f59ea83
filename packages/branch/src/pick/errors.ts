import { ArgonError, type Lsn } from '@argon/wal';

/** What is to be picked was changed on the branch that gets it, too, and nobody decided. Nothing was written. */
export class CherryPickConflictError extends ArgonError {
  constructor(from: string, into: string, open: number) {
    super(
      'ARGON_BRANCH_CHERRY_PICK_CONFLICT',
      `Could not bring commits of '${from}' to '${into}': ${open === 1 ? 'one conflict is' : `${open} conflicts are`} not ` +
        'decided. Nothing was written. Keep what the branch has (ours), or take what the commits made (theirs).',
      { from, into, open },
    );
  }
}

/** No commit of what the branch shows has this LSN. */
export class CherryPickCommitNotFoundError extends ArgonError {
  constructor(lsn: Lsn, from: string) {
    super(
      'ARGON_BRANCH_CHERRY_PICK_COMMIT_NOT_FOUND',
      `Could not pick LSN ${lsn} of branch '${from}': no commit that the branch shows has it. ` +
        'It may be of another branch, hidden by a reset, or compacted.',
      { lsn, from },
    );
  }
}

/** What is to be picked is not said so that it means something. */
export class CherryPickRequestError extends ArgonError {
  constructor(problem: string) {
    super('ARGON_BRANCH_CHERRY_PICK_REQUEST', `Could not cherry-pick: ${problem}.`, {});
  }
}

import { ArgonError, type Lsn } from '@argon/wal';

/** The branch is protected, and what was asked would take something away from it. */
export class BranchProtectedError extends ArgonError {
  constructor(branch: string, action: string) {
    super(
      'ARGON_BRANCH_PROTECTED',
      `Could not ${action} branch '${branch}': it is protected. Lift the protection first (argon branch protect ${branch} --off).`,
      { branch, action },
    );
  }
}

/** A project keeps at least its first branch. */
export class LastBranchError extends ArgonError {
  constructor(branch: string, project: string) {
    super(
      'ARGON_BRANCH_LAST',
      `Could not delete branch '${branch}': it is the first branch of project '${project}'. Delete the project instead (argon project delete ${project}).`,
      { branch, project },
    );
  }
}

/** A reset cannot go below the point where the branch was made: what lies there is the parent's. */
export class ResetBelowBaseError extends ArgonError {
  constructor(branch: string, to: Lsn, baseLsn: Lsn) {
    super(
      'ARGON_BRANCH_RESET_BELOW_BASE',
      `Could not reset branch '${branch}' to LSN ${to}: it was made at LSN ${baseLsn}. Reset to ${baseLsn} or later, or make a new branch at ${to}.`,
      { branch, to, baseLsn },
    );
  }
}

/** A traditional branch was to be made, and there is no database for its collections. */
export class NoLegacyError extends ArgonError {
  constructor(branch: string) {
    super(
      'ARGON_BRANCH_NO_LEGACY',
      `Could not create branch '${branch}' as a traditional one: no legacy database is attached. Attach it (ARGON_LEGACY, or 'argon config set legacy.uri mongodb://…/db'), or create the branch in the log.`,
      { branch },
    );
  }
}

import { ArgonError } from '@argon/wal';

/** A branch was to be made in the log, which is turned off. */
export class WalDisabledError extends ArgonError {
  constructor(branch: string) {
    super(
      'ARGON_BRANCH_WAL_DISABLED',
      `Could not create branch '${branch}' in the log: the log is turned off for projects with a legacy database. Turn it on (ENABLE_WAL=true, or 'argon config set wal.enabled true'), or create a traditional branch.`,
      { branch },
    );
  }
}

/** Something concerns both sides, and nothing was given that moves data between them. */
export class NoCrossingError extends ArgonError {
  constructor(what: string, branch: string) {
    super(
      'ARGON_BRANCH_NO_CROSSING',
      `Could not ${what}: that moves branch '${branch}' between its prefixed collections and the log, and this program was built without that. Use the argon command line, or give DualMode a crossing of @argon/migrate.`,
      { what, branch },
    );
  }
}

/** A command names collections of two branches, one in the log and one in prefixed collections. */
export class AcrossSidesError extends ArgonError {
  constructor(command: string, from: string, to: string) {
    super(
      'ARGON_BRANCH_ACROSS_SIDES',
      `Could not run '${command}' from '${from}' to '${to}': one is in the log and the other in prefixed collections. Copy the documents, or migrate the branch first.`,
      { command, from, to },
    );
  }
}

/** The legacy database knows the branch by its name, and its collections have it as their prefix. */
export class LegacyNameError extends ArgonError {
  constructor(branch: string) {
    super(
      'ARGON_BRANCH_LEGACY_NAME',
      `Could not rename branch '${branch}': its prefixed collections in the legacy database bear the name, and are still kept. Finish its migration first (argon migrate finish).`,
      { branch },
    );
  }
}

/** Names of this kind are those of branches in the log that stand behind traditional ones. */
export class StandbyNameError extends ArgonError {
  constructor(branch: string) {
    super(
      'ARGON_BRANCH_STANDBY_NAME',
      `Could not create branch '${branch}': names that begin with 'standby-' are kept for branches on their way between the legacy database and the log. Choose another name.`,
      { branch },
    );
  }
}

/** The project's branches are, or some are, prefixed collections that Argon did not make. */
export class LegacyProjectError extends ArgonError {
  constructor(project: string, location: string, branches: number) {
    super(
      'ARGON_BRANCH_LEGACY_PROJECT',
      `Could not delete project '${project}': ${branches} of its branches are prefixed collections in ${location}. Delete those branches first, or detach the legacy database.`,
      { project, location, branches },
    );
  }
}

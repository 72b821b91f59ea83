import { ArgonError } from '@argon/wal';

/** The address of the legacy database cannot be used. */
export class LegacyAddressError extends ArgonError {
  constructor(location: string, problem: string) {
    super(
      'ARGON_BRANCH_LEGACY_ADDRESS',
      `Could not open the legacy database at ${location}: ${problem}. Give an address such as mongodb://host:27017/shop.`,
      { location },
    );
  }
}

/** No server answers at the legacy database's address, or it lets nobody in. */
export class LegacyUnreachableError extends ArgonError {
  constructor(location: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(
      'ARGON_BRANCH_LEGACY_UNREACHABLE',
      `Could not open the legacy database at ${location}: ${reason}. See to it that the server runs and that user and password are right.`,
      { location },
      { cause },
    );
  }
}

/** A collection's name would belong to another branch, whose prefix is longer. */
export class PrefixAmbiguousError extends ArgonError {
  constructor(branch: string, collection: string, owner: string) {
    super(
      'ARGON_BRANCH_PREFIX_AMBIGUOUS',
      `Collection '${collection}' cannot be used on branch '${branch}': under its prefix it would be '${branch}_${collection}', which belongs to branch '${owner}'. Give the collection another name.`,
      { branch, collection, owner },
    );
  }
}

/** A new branch's prefix would take over collections that exist already. */
export class PrefixTakenError extends ArgonError {
  constructor(branch: string, collections: readonly string[], owner: string | undefined) {
    const whose = owner === undefined ? 'and belong to no branch' : `and belong to branch '${owner}'`;
    super(
      'ARGON_BRANCH_PREFIX_TAKEN',
      `Could not create branch '${branch}': collections with its prefix exist already ${whose} (${collections.slice(0, 3).join(', ')}${collections.length > 3 ? ', …' : ''}). Choose another name, or rename or drop them.`,
      { branch, collections: collections.slice(0, 100), ...(owner === undefined ? {} : { owner }) },
    );
  }
}

/** Something that only branches in the log can do was asked of one that is prefixed collections. */
export class WalOnlyError extends ArgonError {
  constructor(what: string, branch: string) {
    super(
      'ARGON_BRANCH_WAL_ONLY',
      `Could not ${what}: branch '${branch}' is a traditional one (prefixed collections), which keeps no history. Migrate it first (argon migrate), or create the branch with --use-wal.`,
      { what, branch },
    );
  }
}

/** The branch is in the legacy database's list, but marked as one that lives in the log. */
export class NotTraditionalError extends ArgonError {
  constructor(branch: string) {
    super(
      'ARGON_BRANCH_NOT_TRADITIONAL',
      `Branch '${branch}' uses the log (use_wal is true), so its prefixed collections are not what it holds. Address it there, or turn use_wal off to go back to them.`,
      { branch },
    );
  }
}

/** Somebody is making or deleting a branch of this name. */
export class BranchBusyError extends ArgonError {
  constructor(branch: string, since: number) {
    super(
      'ARGON_BRANCH_BUSY',
      `Branch '${branch}' is being made, deleted or turned over since ${new Date(since).toISOString()}. Wait for that to end; if its process has died, try again in a minute.`,
      { branch, since },
    );
  }
}

/** A branch cannot be copied, as one of its collections is of a kind that is not copied. */
export class UncopiableError extends ArgonError {
  constructor(collection: string, reason: string) {
    super(
      'ARGON_BRANCH_UNCOPIABLE',
      `Could not copy collection '${collection}': ${reason}. Nothing was left behind. Drop it on the parent branch, or create the branch with --use-wal.`,
      { collection },
    );
  }
}

/** The legacy database has branches of several projects, and it cannot be told which are meant. */
export class LegacyProjectsError extends ArgonError {
  constructor(project: string, location: string, others: readonly string[], shared?: string) {
    const problem =
      shared === undefined
        ? `its branches belong to several projects (${others.slice(0, 3).join(', ')}), and no record in 'projects' has this name`
        : `its branch '${shared}' has the same prefix as that of another project (${others[0]})`;
    super(
      'ARGON_BRANCH_LEGACY_PROJECTS',
      `Could not read the branches of project '${project}' in the legacy database at ${location}: ${problem}. Give the project by the name in 'projects' or by its project_id, and each branch a name of its own.`,
      { project, location, others, ...(shared === undefined ? {} : { branch: shared }) },
    );
  }
}

/** The legacy database's server refused something that Argon asked of it for itself. */
export class LegacyServerError extends ArgonError {
  /** MongoDB's code. */
  readonly mongoCode: number;

  constructor(location: string, command: string, code: number, message: string) {
    super(
      'ARGON_BRANCH_LEGACY_SERVER',
      `The legacy database at ${location} refused '${command}': ${message} (code ${code}). See to what it says, and try again.`,
      { location, command, mongoCode: code },
    );
    this.mongoCode = code;
  }
}

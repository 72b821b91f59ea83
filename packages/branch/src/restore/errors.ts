import { ArgonError } from '@argon/wal';

/** No branch of the project has a tag of this name. */
export class TagNotFoundError extends ArgonError {
  constructor(tag: string, project: string) {
    super(
      'ARGON_BRANCH_TAG_NOT_FOUND',
      `Project '${project}' has no tag '${tag}'. 'argon tag' lists those it has.`,
      { tag, project },
    );
  }
}

/** Tags are unique in a project, and a branch's name is none. */
export class TagExistsError extends ArgonError {
  constructor(tag: string, what: string, project: string) {
    super(
      'ARGON_BRANCH_TAG_EXISTS',
      `Could not make tag '${tag}' in project '${project}': ${what} has this name. Choose another, or delete that one first.`,
      { tag, project },
    );
  }
}

/** `restore-` and a number are the names of restore points. */
export class TagNameReservedError extends ArgonError {
  constructor(tag: string) {
    super(
      'ARGON_BRANCH_TAG_NAME_RESERVED',
      `Could not make tag '${tag}': names like it are those of restore points. Choose another.`,
      { tag },
    );
  }
}

/** A branch as a whole goes back to its own past only. */
export class TagElsewhereError extends ArgonError {
  constructor(tag: string, owner: string, branch: string) {
    super(
      'ARGON_BRANCH_TAG_ELSEWHERE',
      `Could not restore branch '${branch}' to tag '${tag}': the tag is on branch '${owner}'. ` +
        'Restore some collections from there, or make a new branch at the tag.',
      { tag, owner, branch },
    );
  }
}

/** A collection was named for a restore that is neither there now nor was then. */
export class RestoreCollectionNotFoundError extends ArgonError {
  constructor(collection: string, branch: string) {
    super(
      'ARGON_BRANCH_RESTORE_COLLECTION_NOT_FOUND',
      `Could not restore collection '${collection}': branch '${branch}' has none of this name, and had none at that moment. Check the name.`,
      { collection, branch },
    );
  }
}

/** A collection that was dropped cannot be made again: another one has its name now. */
export class RestoreNameTakenError extends ArgonError {
  constructor(collection: string) {
    super(
      'ARGON_BRANCH_RESTORE_NAME_TAKEN',
      `Could not make collection '${collection}' again: another one was given its name. Rename that one first.`,
      { collection },
    );
  }
}

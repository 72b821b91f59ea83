import { ArgonError } from '../errors';
import type { Lsn } from '../entry/entry';

/** A name of a project, branch or collection breaks the rules for such names. */
export class InvalidNameError extends ArgonError {
  constructor(kind: 'project' | 'branch' | 'collection', name: string, problem: string) {
    super('ARGON_WAL_INVALID_NAME', `Invalid ${kind} name ${JSON.stringify(name)}: ${problem}.`, {
      kind,
      name,
    });
  }
}

/** A live project has this name already. */
export class ProjectExistsError extends ArgonError {
  constructor(name: string) {
    super(
      'ARGON_WAL_PROJECT_EXISTS',
      `Could not create project '${name}': it exists already. Choose another name.`,
      {
        project: name,
      },
    );
  }
}

/** There is no live project of this name or id. */
export class ProjectNotFoundError extends ArgonError {
  constructor(project: string | number) {
    const what = typeof project === 'number' ? `with id ${project}` : `'${project}'`;
    super(
      'ARGON_WAL_PROJECT_NOT_FOUND',
      `Project ${what} does not exist in this store. List the projects to see what does.`,
      {
        project,
      },
    );
  }
}

/** A live branch of the project has this name already. */
export class BranchExistsError extends ArgonError {
  constructor(name: string, projectId: number) {
    super(
      'ARGON_WAL_BRANCH_EXISTS',
      `Branch '${name}' exists already in this project. Choose another name.`,
      {
        branch: name,
        projectId,
      },
    );
  }
}

/** There is no live branch of this name, or no branch at all of this id. */
export class BranchNotFoundError extends ArgonError {
  constructor(branch: string | number, projectId?: number) {
    const what = typeof branch === 'number' ? `with id ${branch}` : `'${branch}'`;
    super(
      'ARGON_WAL_BRANCH_NOT_FOUND',
      `Branch ${what} does not exist. List the project's branches to see what does.`,
      {
        branch,
        ...(projectId === undefined ? {} : { projectId }),
      },
    );
  }
}

/** The fork point of a new branch is not the end of a commit that its parent shows. */
export class InvalidForkPointError extends ArgonError {
  constructor(baseLsn: Lsn, parentId: number, headLsn: Lsn) {
    super(
      'ARGON_WAL_INVALID_FORK_POINT',
      `Could not fork at LSN ${baseLsn}: it is not the end of a commit that the parent branch shows (its head is ${headLsn}). ` +
        'Fork at the head, or at the LSN of one of its commits.',
      { baseLsn, parentId, headLsn },
    );
  }
}

/** A reset's target is not a place that the branch can be set back to. */
export class InvalidResetError extends ArgonError {
  constructor(branchId: number, to: Lsn, baseLsn: Lsn, headLsn: Lsn) {
    super(
      'ARGON_WAL_INVALID_RESET',
      `Could not reset the branch to LSN ${to}: it must lie between the branch's base (${baseLsn}) and its head (${headLsn}).`,
      { branchId, to, baseLsn, headLsn },
    );
  }
}

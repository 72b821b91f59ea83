import { ArgonError } from '../errors';
import type { Lsn } from '../entry/entry';

/** A name of a project, branch or collection breaks the rules for such names. */
export class InvalidNameError extends ArgonError {
  constructor(kind: 'project' | 'branch' | 'collection' | 'pin', name: string, problem: string) {
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

/** A moment lies before the horizon of a branch whose history was compacted, and no pin keeps it. */
export class LsnBelowHorizonError extends ArgonError {
  constructor(branchId: number, lsn: Lsn, horizon: { lsn: Lsn; timestamp?: number }) {
    const { timestamp } = horizon;
    const since = timestamp === undefined ? '' : ` (${new Date(timestamp).toISOString()})`;
    super(
      'ARGON_WAL_LSN_BELOW_HORIZON',
      `LSN ${lsn} is not kept any more: the branch's history was compacted up to LSN ${horizon.lsn}${since}. ` +
        'Name that LSN or a later one, or one that is pinned.',
      { branchId, lsn, horizon: horizon.lsn, ...(timestamp === undefined ? {} : { timestamp }) },
    );
  }
}

/** A horizon or pin that is not a place on the branch's own chain, or a horizon before the one there is. */
export class InvalidHorizonError extends ArgonError {
  constructor(branchId: number, lsn: Lsn, range: { from: Lsn; to: Lsn }) {
    super(
      'ARGON_WAL_INVALID_HORIZON',
      `LSN ${lsn} cannot bound or pin the branch's history: it must lie between ${range.from} and ${range.to}. ` +
        'Earlier moments belong to the parent branch or are gone.',
      { branchId, lsn, ...range },
    );
  }
}

/** A retention policy whose number makes no sense. */
export class InvalidPolicyError extends ArgonError {
  constructor(field: string, value: number, most?: number) {
    const range = most === undefined ? 'from 0 up' : `from 0 to ${most}`;
    super(
      'ARGON_WAL_INVALID_POLICY',
      `A policy cannot keep ${field} ${value}: that must be a number ${range}. Give another, or keep all.`,
      { field, value, ...(most === undefined ? {} : { most }) },
    );
  }
}

/** The branch has a pin of this name already. */
export class PinExistsError extends ArgonError {
  constructor(pin: string, branchId: number) {
    super(
      'ARGON_WAL_PIN_EXISTS',
      `Pin '${pin}' exists already on this branch. Choose another name or remove it first.`,
      {
        pin,
        branchId,
      },
    );
  }
}

/** The branch has no pin of this name. */
export class PinNotFoundError extends ArgonError {
  constructor(pin: string, branchId: number) {
    super(
      'ARGON_WAL_PIN_NOT_FOUND',
      `Pin '${pin}' does not exist on this branch. Show the branch to see its pins.`,
      {
        pin,
        branchId,
      },
    );
  }
}

/** A store's adapter cannot rewrite its log, so history cannot be compacted there. */
export class CompactionUnsupportedError extends ArgonError {
  constructor(location: string) {
    super(
      'ARGON_WAL_COMPACTION_UNSUPPORTED',
      `The history in ${location} cannot be compacted: this kind of store cannot rewrite its log. Everything is kept.`,
      { location },
    );
  }
}

/** What a branch would remember of the place that it follows is larger than its record may be. */
export class SourceTooLargeError extends ArgonError {
  constructor(branchId: number, size: number, largest: number) {
    super(
      'ARGON_WAL_SOURCE_TOO_LARGE',
      `The position of branch ${branchId} in what it follows takes ${size} bytes, and ${largest} is the most. Keep the rest elsewhere.`,
      { branchId, size, largest },
    );
  }
}

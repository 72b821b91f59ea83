import type { Value } from '@argon/bson';
import type { CommandError } from '@argon/engine';
import { ArgonError, type Lsn } from '@argon/wal';

/** A document, or an index, that the branch's rules do not allow. */
export interface Violation {
  readonly collection: string;
  readonly id?: Value;
  /** What MongoDB would say. */
  readonly problem: CommandError;
}

/** What was to be written breaks validators or unique indexes of the branch. Nothing was written. */
export class ViolationError extends ArgonError {
  constructor(
    readonly violations: readonly Violation[],
    total: number,
  ) {
    const [first] = violations;
    const more = total > 1 ? ` And ${total - 1} more.` : '';
    super(
      'ARGON_BRANCH_VIOLATION',
      `Nothing was written, since the result would break the branch's own rules: ${first!.problem.message}.${more} ` +
        'Change those documents on one of the sides first, or decide for the other side.',
      { total, collections: [...new Set(violations.map(({ collection }) => collection))] },
    );
  }
}

/** A plan was made for another state than there is now. */
export class PlanOutdatedError extends ArgonError {
  constructor(branch: string, planned: Lsn, now: Lsn) {
    super(
      'ARGON_BRANCH_PLAN_OUTDATED',
      `The plan was made for branch '${branch}' at LSN ${planned}, and it is at ${now} now. Nothing was written; make the plan again.`,
      { branch, planned, now },
    );
  }
}

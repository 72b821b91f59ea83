import { ArgonError } from '@argon/wal';

/** A text is no plan of a merge, not a whole one, or changed elsewhere than in its decisions. Nothing was written. */
export class PlanFormatError extends ArgonError {
  constructor(line: number, problem: string, cause?: unknown) {
    super(
      'ARGON_BRANCH_PLAN_FORMAT',
      `Could not read line ${line} of the plan: ${problem}. Nothing was written; mend that line, or make the plan again.`,
      { line },
      cause === undefined ? {} : { cause },
    );
  }
}

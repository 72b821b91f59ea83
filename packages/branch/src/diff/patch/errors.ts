import { ArgonError } from '@argon/wal';
import type { PatchConflict } from './contract';

/** A text is no patch, or not a whole one. Nothing was written. */
export class PatchFormatError extends ArgonError {
  constructor(line: number, problem: string, cause?: unknown) {
    super(
      'ARGON_BRANCH_PATCH_FORMAT',
      `Could not read line ${line} of the patch: ${problem}. Nothing was written; make the patch again (argon diff --patch).`,
      { line },
      cause === undefined ? {} : { cause },
    );
  }
}

/** What a patch changes is not on the branch as the patch says. Nothing was written. */
export class PatchConflictError extends ArgonError {
  constructor(
    branch: string,
    readonly conflicts: readonly PatchConflict[],
    total: number,
  ) {
    const [first] = conflicts;
    const more = total > 1 ? ` And ${total - 1} more.` : '';
    super(
      'ARGON_BRANCH_PATCH_CONFLICT',
      `Could not apply the patch to '${branch}': line ${first!.line} does not fit collection '${first!.collection}': ` +
        `${first!.problem}.${more} Nothing was written; make the patch against what the branch has now, or merge.`,
      { branch, total },
    );
  }
}

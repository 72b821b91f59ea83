import { ArgonError } from '@argon/wal';

/** A site was to be compared with what it says that it holds, and does not say so. */
export class NoPositionError extends ArgonError {
  constructor(branch: string, location: string, isUnderway: boolean) {
    const problem = isUnderway
      ? 'it is being brought to another LSN right now'
      : 'it is not from a checkout of that branch';
    super(
      'ARGON_MIGRATE_NO_POSITION',
      `Could not compare ${location} with branch '${branch}' at the LSN that it holds: ${problem}. Give the LSN to compare with, or try again when the checkout has ended.`,
      { branch, location },
    );
  }
}

import { ArgonError, type Lsn } from '@argon/wal';

/** What is read is not a log as `wal export` writes it, or is of a newer version. */
export class TransferFormatError extends ArgonError {
  constructor(document: number, problem: string) {
    super(
      'ARGON_BRANCH_TRANSFER_FORMAT',
      `This cannot be taken in as a log: document ${document}: ${problem}. Give what 'argon wal export' wrote, whole and ` +
        'unchanged. Nothing was kept of it.',
      { document },
    );
  }
}

/** A commit of a log does not fit what the commits before it made. */
export class TransferMismatchError extends ArgonError {
  constructor(lsn: Lsn, problem: string) {
    super(
      'ARGON_BRANCH_TRANSFER_MISMATCH',
      `The commit that was at LSN ${lsn} does not fit those before it: ${problem}. Something is missing or was changed; ` +
        'export the log again. Nothing was kept of it.',
      { lsn },
    );
  }
}

/** A part of a log was asked for that a reset cuts through: it goes back to before the part, or hid where the part begins. */
export class TransferRangeError extends ArgonError {
  constructor(from: Lsn, why: string, earlier: Lsn) {
    super(
      'ARGON_BRANCH_TRANSFER_RANGE',
      `Could not export from LSN ${from}: ${why}. Begin at LSN ${earlier} or earlier, or after the reset.`,
      { from, earlier },
    );
  }
}

/** A branch shows what another one did, which is not a continuation of what it showed itself. */
export class TransferAdoptionError extends ArgonError {
  constructor(lsn: Lsn, branchId: number) {
    super(
      'ARGON_BRANCH_TRANSFER_ADOPTION',
      `Could not export past LSN ${lsn}: there the branch took over what branch ${branchId} showed, which did not go on from ` +
        'what it showed itself. Export what came before (--to) or begin there (--from).',
      { lsn, branchId },
    );
  }
}

/** Somebody wrote to the branch while a log was taken in there. */
export class TransferDisturbedError extends ArgonError {
  constructor(branch: string) {
    super(
      'ARGON_BRANCH_TRANSFER_DISTURBED',
      `Could not take the log in: somebody else wrote to branch '${branch}' meanwhile. Nothing was kept of it; try again.`,
      { branch },
    );
  }
}

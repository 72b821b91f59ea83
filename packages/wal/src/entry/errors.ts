import { ArgonError } from '../errors';

/** Bytes that should be an entry are not one: cut short, from a newer version, or damaged. */
export class EntryFormatError extends ArgonError {
  constructor(problem: string, data: Readonly<Record<string, unknown>> = {}) {
    super(
      'ARGON_WAL_ENTRY_FORMAT',
      `Could not decode a log entry: ${problem}. The store is damaged or was written by a newer version; run a verification.`,
      data,
    );
  }
}

/** A draft of a commit has no entries. */
export class EmptyCommitError extends ArgonError {
  constructor() {
    super(
      'ARGON_WAL_EMPTY_COMMIT',
      'Could not append: a commit needs at least one entry, and a group at least one commit.',
    );
  }
}

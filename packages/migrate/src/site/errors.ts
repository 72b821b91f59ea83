import { ArgonError } from '@argon/wal';

/** MongoDB answered a command of Argon's with an error. */
export class SiteServerError extends ArgonError {
  /** MongoDB's code. */
  readonly mongoCode: number;
  /** MongoDB's error labels, such as `TransientTransactionError`. */
  readonly labels: readonly string[];

  constructor(
    location: string,
    command: string,
    failure: { readonly code: number; readonly message: string; readonly labels?: readonly string[] },
  ) {
    super(
      'ARGON_MIGRATE_SITE_SERVER',
      `MongoDB at ${location} refused '${command}': ${failure.message} (code ${failure.code}). See to what it says, and try again.`,
      { location, command, mongoCode: failure.code },
    );
    this.mongoCode = failure.code;
    this.labels = failure.labels ?? [];
  }
}

import { ArgonError } from '../../errors';

/** No MongoDB server answers at the store's address. */
export class StoreUnreachableError extends ArgonError {
  constructor(location: string, problem: string, cause?: unknown) {
    super(
      'ARGON_WAL_STORE_UNREACHABLE',
      `Could not reach the MongoDB server of ${location}: ${problem}. Check that it runs and that the address is right.`,
      { location },
      { cause },
    );
  }
}

/** The MongoDB server refuses the user: wrong name or password, or the wrong authentication database. */
export class StoreAuthenticationError extends ArgonError {
  constructor(location: string, cause?: unknown) {
    super(
      'ARGON_WAL_STORE_AUTHENTICATION',
      `Could not log in to ${location}: user name or password are wrong, or the user is kept in another database. ` +
        "Check the address; a user of the 'admin' database needs '?authSource=admin'.",
      { location },
      { cause },
    );
  }
}

/** The MongoDB user may not do what the store needs. */
export class StoreForbiddenError extends ArgonError {
  constructor(location: string, problem: string, cause?: unknown) {
    super(
      'ARGON_WAL_STORE_FORBIDDEN',
      `The user of ${location} may not do this: ${problem}. Grant it the role 'readWrite' on this database.`,
      { location },
      { cause },
    );
  }
}

/** The MongoDB server answered with an error that has no cause known here. */
export class StoreServerError extends ArgonError {
  constructor(location: string, problem: string, mongoCode: number | undefined, cause?: unknown) {
    const code = mongoCode === undefined ? '' : ` (code ${mongoCode})`;
    super(
      'ARGON_WAL_STORE_SERVER',
      `The MongoDB server of ${location} answered with an error: ${problem}${code}. See the server's log.`,
      { location, mongoCode },
      { cause },
    );
  }
}

/**
 * The connection was lost while something was on its way into the log, and the server could not be asked in time
 * whether it arrived. It is there whole or not at all; reading tells which.
 */
export class CommitOutcomeUnknownError extends ArgonError {
  constructor(location: string, what: string, cause?: unknown) {
    super(
      'ARGON_WAL_COMMIT_OUTCOME_UNKNOWN',
      `Lost the MongoDB server of ${location} while writing ${what}, and could not learn whether it was written. ` +
        'It is there whole or not at all: read to see, and try again if it is not.',
      { location },
      { cause },
    );
  }
}

/** The address of a MongoDB store cannot be understood. */
export class StoreAddressError extends ArgonError {
  constructor(location: string, problem: string, cause?: unknown) {
    super(
      'ARGON_WAL_STORE_ADDRESS',
      `The address of the store (${location}) is wrong: ${problem}. It looks like mongodb://host:27017/argon_wal.`,
      { location },
      { cause },
    );
  }
}

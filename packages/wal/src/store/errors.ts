import { ArgonError } from '../errors';

function causeOf(cause: unknown): { cause?: unknown } {
  return cause === undefined ? {} : { cause };
}

/** No kind of store has an address like this. */
export class UnknownStoreAddressError extends ArgonError {
  constructor(address: string) {
    super(
      'ARGON_WAL_UNKNOWN_STORE_ADDRESS',
      `Could not open a store at ${JSON.stringify(address)}: no kind of store has such an address. ` +
        "Use 'memory:', 'lmdb:./path', a path to a '.argon' folder, or 'mongodb://host/argon_wal'.",
      { address },
    );
  }
}

/** The package that a kind of store is built on is not installed. */
export class StoreModuleMissingError extends ArgonError {
  constructor(kind: string, module: string, cause?: unknown) {
    super(
      'ARGON_WAL_STORE_MODULE_MISSING',
      `Could not open a store of kind '${kind}': the package '${module}' is not installed. Run: npm install ${module}`,
      { kind, module },
      causeOf(cause),
    );
  }
}

/** There is no store at this place, and making one was not asked for. */
export class StoreNotFoundError extends ArgonError {
  constructor(location: string, problem = 'there is no store') {
    super(
      'ARGON_WAL_STORE_NOT_FOUND',
      `Could not open ${location}: ${problem}. Check the path, or create the store first.`,
      {
        location,
      },
    );
  }
}

/** What lies at this place is something else, and is left alone. */
export class NotAStoreError extends ArgonError {
  constructor(location: string, problem: string) {
    super(
      'ARGON_WAL_NOT_A_STORE',
      `Could not open ${location}: ${problem}. Nothing was changed; choose another path.`,
      {
        location,
      },
    );
  }
}

/** The place cannot be read or written by this user. */
export class StoreAccessError extends ArgonError {
  constructor(location: string, problem: string, cause?: unknown) {
    super(
      'ARGON_WAL_STORE_ACCESS',
      `Could not open ${location}: ${problem}. Check the permissions of the folder and its files.`,
      { location },
      causeOf(cause),
    );
  }
}

/** Another process holds the store's lock and does not let go. */
export class StoreLockedError extends ArgonError {
  constructor(location: string, problem: string, cause?: unknown) {
    super(
      'ARGON_WAL_STORE_LOCKED',
      `The store at ${location} is locked: ${problem}. Nothing was changed; end that process or try again later.`,
      { location },
      causeOf(cause),
    );
  }
}

/** The store's data are damaged. */
export class StoreCorruptError extends ArgonError {
  constructor(location: string, problem: string, cause?: unknown) {
    super(
      'ARGON_WAL_STORE_CORRUPT',
      `The store at ${location} is damaged: ${problem}. Restore it from a backup; nothing was changed.`,
      { location },
      causeOf(cause),
    );
  }
}

/** The store was written by a newer version of Argon, or by one that is older than its format. */
export class StoreVersionError extends ArgonError {
  constructor(location: string, found: number, supported: number) {
    super(
      'ARGON_WAL_STORE_VERSION',
      `Could not open ${location}: its format is version ${found}, and this version of Argon knows ` +
        (found > supported
          ? `up to ${supported}. Upgrade Argon; nothing was changed.`
          : `version ${supported} only. Open it with the Argon that wrote it; nothing was changed.`),
      { location, found, supported },
    );
  }
}

/** The medium has no room for what was to be written; nothing of it was. */
export class StoreFullError extends ArgonError {
  constructor(location: string, cause?: unknown) {
    super(
      'ARGON_WAL_STORE_FULL',
      `Could not write to ${location}: the disk is full. Nothing was changed; free some space and try again.`,
      { location },
      causeOf(cause),
    );
  }
}

/** The medium failed; a write that was under way did not happen. */
export class StoreIoError extends ArgonError {
  constructor(location: string, problem: string, cause?: unknown) {
    super(
      'ARGON_WAL_STORE_IO',
      `The store at ${location} failed: ${problem}. What was being written was not; check the disk and try again.`,
      { location },
      causeOf(cause),
    );
  }
}

/** The store was used after it was closed. */
export class StoreClosedError extends ArgonError {
  constructor(location: string) {
    super('ARGON_WAL_STORE_CLOSED', `The store at ${location} is closed. Open it again to use it.`, {
      location,
    });
  }
}

/** A MongoDB server is a standalone; the log's control actions need transactions, so a replica set or sharded cluster. */
export class StandaloneServerError extends ArgonError {
  constructor(location: string) {
    super(
      'ARGON_WAL_STANDALONE_SERVER',
      `Could not open ${location}: this MongoDB server is a standalone, and Argon needs a replica set (of one node will do) ` +
        'or a sharded cluster. Start mongod with --replSet rs0 and run rs.initiate() once.',
      { location },
    );
  }
}

import { ArgonError } from '@argon/wal';

/** The MongoDB server cannot be followed: it keeps no log that could be read, or is too old. */
export class SiteUnsuitableError extends ArgonError {
  constructor(location: string, isReplicated: boolean) {
    super(
      'ARGON_MIGRATE_SITE_UNSUITABLE',
      isReplicated
        ? `Could not follow ${location}: its server is older than MongoDB 5.0. Upgrade it, or import the database once.`
        : `Could not follow ${location}: its server stands alone, and only replica sets and sharded clusters tell of changes. ` +
            'Start it with --replSet and run rs.initiate(), or import the database once.',
      { location, isReplicated },
    );
  }
}

/** The server's log does not reach back to where a mirror was. Starting the mirror again compares everything. */
export class PositionLostError extends ArgonError {
  constructor(location: string, cause: unknown) {
    super(
      'ARGON_MIGRATE_POSITION_LOST',
      `Could not go on following ${location}: its log does not reach back to where the mirror was. ` +
        'Everything is compared again; a larger oplog allows for longer pauses.',
      { location },
      { cause },
    );
  }
}

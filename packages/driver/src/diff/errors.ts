import { ArgonError } from '@argon/wal';

/** What was asked for needs the log, and the client was opened on a handler that has none of its own. */
export class NoEngineError extends ArgonError {
  constructor(what: string) {
    super(
      'ARGON_DRIVER_NO_ENGINE',
      `Could not ${what}: this client was opened on a command handler that is no WalEngine. ` +
        'Open it on a store (lmdb:./data, mongodb://…), an open Store or a WalEngine.',
      { what },
    );
  }
}

import { UUID, type Doc, type Value } from '@argon/bson';
import type { LegacyDatabase } from '@argon/branch/prefix';
import { ask, MAJORITY, type Fields, type Sequences } from './ask';
import { SiteServerError } from './errors';
import { isTransient } from './transient';

/** Sends a command within a transaction. */
export type SendWithin = (fields: Fields, sequences?: Sequences) => Promise<Doc>;

/** IllegalOperation; OperationNotSupportedInTransaction: a standalone server, a capped collection. */
const NOT_HERE = new Set([20, 263]);

/** Whether a server refused because it was a transaction. */
export function isNotForTransactions(error: unknown): boolean {
  return error instanceof SiteServerError && NOT_HERE.has(error.mongoCode);
}

/** Transactions of one logical session, one at a time. */
export class Transactions {
  /** By which others can end what is open of it. */
  readonly id = new UUID();
  readonly #session: Doc = new Map<string, Value>([['id', this.id]]);
  #number = 0;

  constructor(private readonly database: LegacyDatabase) {}

  /**
   * All that `work` sends, or nothing. If it is not known whether the commit came through, that is an error that
   * `isTransient` knows: look, or do it again. @throws what `work` throws, SiteServerError, the driver's errors
   */
  async run(work: (send: SendWithin) => Promise<void>): Promise<void> {
    const number = BigInt(++this.#number);
    const within = { lsid: this.#session, txnNumber: number, autocommit: false };
    let begun = false;
    const send: SendWithin = (fields, sequences) => {
      const start = begun ? {} : { startTransaction: true };
      begun = true;
      return ask(this.database, { ...fields, ...within, ...start }, sequences);
    };
    try {
      await work(send);
    } catch (error) {
      const abort = { abortTransaction: 1, $db: 'admin', ...within };
      if (begun) await ask(this.database, abort).catch(() => undefined);
      throw error;
    }
    const commit = { commitTransaction: 1, $db: 'admin', ...within, writeConcern: MAJORITY };
    try {
      await ask(this.database, commit);
    } catch (error) {
      if (!isTransient(error)) throw error;
      // To commit once more is allowed, and tells how it ended.
      await ask(this.database, commit);
    }
  }
}

/**
 * Ends a transaction that a process left open when it died: mongod would keep it, and make others wait for what it wrote,
 * for a minute. Nobody can use that session afterwards.
 */
export async function endLeftOpen(
  database: LegacyDatabase,
  session: Value,
  collection: string,
): Promise<void> {
  const lsid = new Map([['id', session]]);
  // A later transaction of a session ends the earlier one.
  const within = { lsid, txnNumber: 1n << 62n, autocommit: false };
  try {
    await ask(database, { find: collection, limit: 1, ...within, startTransaction: true });
  } finally {
    // Also that of somebody who died while doing this.
    await ask(database, { abortTransaction: 1, $db: 'admin', ...within });
  }
}

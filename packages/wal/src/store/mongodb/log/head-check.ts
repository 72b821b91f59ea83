import { type ClientSession, type Db, type Document, Long, type MongoClient, ReadPreference } from 'mongodb';
import type { Lsn } from '../../../entry/entry';
import { CHAIN_INDEX, type Collections } from '../collections';

/**
 * Asks whether the end of a chain that this process knows is still the end. Every read waits for this question, so it
 * is as small as it gets: a look at one key of the index that nothing has in most cases, sent as a bare command in
 * a session that stays (a cursor and a session of its own cost the driver about as much as all the rest).
 */
export class HeadCheck {
  readonly #client: MongoClient;
  readonly #db: Db;
  readonly #log: string;
  #session: ClientSession | undefined;

  constructor(client: MongoClient, log: Collections['log']) {
    this.#client = client;
    this.#db = client.db(log.dbName);
    this.#log = log.collectionName;
  }

  /**
   * True if a majority has no commit after the one at `after`. False: something follows, or this attempt failed; it is
   * not tried again here.
   */
  async isEnd(branchId: number, after: Lsn): Promise<boolean> {
    const command = {
      find: this.#log,
      filter: { branch_id: Long.fromNumber(branchId), after: Long.fromNumber(after), sealed: true },
      projection: { _id: 1 },
      hint: CHAIN_INDEX,
      limit: 1,
      singleBatch: true,
      readConcern: { level: 'majority' },
    };
    this.#session ??= this.#client.startSession({ causalConsistency: false });
    const options = { session: this.#session, readPreference: ReadPreference.primary };
    try {
      const reply = await this.#db.command(command, options);
      const cursor = reply['cursor'] as Document;
      return (cursor['firstBatch'] as unknown[]).length === 0;
    } catch {
      // The full question, which the driver repeats as it should, tells what is the matter.
      return false;
    }
  }

  async close(): Promise<void> {
    await this.#session?.endSession();
  }
}

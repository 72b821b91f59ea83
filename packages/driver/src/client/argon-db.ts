import { formatAddress, parseAddress, type Moment } from '@argon/engine';
import type { CollectionOptions, Document, DbOptions } from 'mongodb';
import type { CollectionStat } from '@argon/branch';
import {
  databaseDifferences,
  databaseStats,
  type DatabaseDifference,
  type DiffOptions,
} from '../diff/database-diff';
import { BranchDb } from '../branch/branch-db';
import type { BranchOptions } from '../branch/contract';
import { momentAtLsn, momentAtTime } from '../moment/moment';
import { ArgonCollection } from './argon-collection';
import type { ArgonClient } from './argon-client';

/** The official Db, on a branch, with the past at hand. */
export class ArgonDb extends BranchDb {
  declare readonly client: ArgonClient;

  constructor(
    client: ArgonClient,
    name: string,
    readonly dbOptions: DbOptions = {},
  ) {
    super(client, name, dbOptions);
  }

  override collection<TSchema extends Document = Document>(
    name: string,
    options: CollectionOptions = {},
  ): ArgonCollection<TSchema> {
    return ArgonCollection.of(super.collection<TSchema>(name, options), this, options);
  }

  /** This branch as it was at a time. Read-only. */
  atTime(time: Date | number): ArgonDb {
    return this.at(momentAtTime(time));
  }

  /** This branch as it was after the commit at or before an LSN. Read-only. */
  atLSN(lsn: number): ArgonDb {
    return this.at(momentAtLsn(lsn));
  }

  /**
   * The documents that another branch or moment of this project (`db.atLSN(1042)`) shows differently, from this one to
   * that. Takes time for what differs, and memory for a batch.
   * @throws NoEngineError, WalOnlyError, DiffProjectsError, CollectionsMissingError; what finding the two throws
   */
  async *diff(to: ArgonDb, options: DiffOptions = {}): AsyncGenerator<DatabaseDifference> {
    const engine = await this.client.engineTo('compare databases', [this.databaseName, to.databaseName]);
    yield* databaseDifferences(engine, this.databaseName, to.databaseName, options);
  }

  /** The difference in numbers: documents, fields and types, collections and indexes. @throws as diff */
  async diffStat(to: ArgonDb, options: DiffOptions = {}): Promise<readonly CollectionStat[]> {
    const engine = await this.client.engineTo('compare databases', [this.databaseName, to.databaseName]);
    return databaseStats(engine, this.databaseName, to.databaseName, options);
  }

  /**
   * Makes a branch from this one: at once, whatever it holds. Of a moment (`db.atLSN(1042)`) it is made there.
   * @returns the new branch as a database
   */
  async createBranch(name: string, options: BranchOptions = {}): Promise<ArgonDb> {
    await this.command({ argonCreateBranch: name, ...options });
    const { project } = parseAddress(this.databaseName);
    return this.client.db(formatAddress({ project, branch: name }), this.dbOptions);
  }

  private at(moment: Moment): ArgonDb {
    const { project, branch } = parseAddress(this.databaseName);
    return this.client.db(formatAddress({ project, branch, moment }), this.dbOptions);
  }
}

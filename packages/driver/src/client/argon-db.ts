import { formatAddress, parseAddress, type Moment } from '@argon/engine';
import { Db, type CollectionOptions, type Document, type DbOptions } from 'mongodb';
import { momentAtLsn, momentAtTime } from '../moment/moment';
import { ArgonCollection } from './argon-collection';
import type { ArgonClient } from './argon-client';

/** The official Db, on a branch, with the past at hand. */
export class ArgonDb extends Db {
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

  private at(moment: Moment): ArgonDb {
    const { project, branch } = parseAddress(this.databaseName);
    return this.client.db(formatAddress({ project, branch, moment }), this.dbOptions);
  }
}

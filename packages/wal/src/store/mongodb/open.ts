import type { MongoClient, MongoClientOptions } from 'mongodb';
import { StandaloneServerError, StoreNotFoundError, StoreVersionError } from '../errors';
import {
  type Collections,
  createIndexes,
  FORMAT_VERSION,
  openCollections,
  type UnsealedNote,
} from './collections';
import { createSnapshotIndex } from './chunks/collections';
import { clientFor } from './connection/address';
import { asArgonError } from './connection/failure';
import { sweepUnsealed } from './log/sweep';
import { MongoStore } from './mongo-store';

export interface MongoStoreOptions {
  /** Whether a store that is not there may be made; false throws StoreNotFoundError. Default true. */
  readonly create?: boolean;
  /** How long to look for the server when opening and when it is lost, ms. Default 10,000, unless the address says. */
  readonly serverSelectionTimeoutMS?: number;
  /** More options for the driver's MongoClient (TLS, pool sizes, …). */
  readonly client?: MongoClientOptions;
  /** The clock, ms since the epoch. */
  readonly now?: () => number;
}

const DEFAULT_SELECTION_MS = 10_000;

/**
 * Opens the store in a MongoDB database, `argon_wal` unless the address names one: a replica set (of one node will do)
 * or a sharded cluster. Makes the collections and indexes that it needs.
 *
 * @throws StoreUnreachableError, StoreAuthenticationError, StoreForbiddenError, StandaloneServerError,
 * StoreNotFoundError, StoreVersionError, StoreAddressError
 */
export async function openMongoStore(uri: string, options: MongoStoreOptions = {}): Promise<MongoStore> {
  const selection = /[?&]serverSelectionTimeoutMS=/i.test(uri)
    ? {}
    : { serverSelectionTimeoutMS: options.serverSelectionTimeoutMS ?? DEFAULT_SELECTION_MS };
  const { client, database, location } = clientFor(uri, { ...selection, ...options.client });
  try {
    await client.connect();
    const db = client.db(database);
    const collections = openCollections(db);
    const [isMissing, notes] = await examine(client, collections, location);
    if (isMissing && options.create === false) throw new StoreNotFoundError(location);
    await Promise.all([createIndexes(collections), createSnapshotIndex(db)]);
    if (isMissing) await writeFormat(collections);
    const store = new MongoStore({ client, collections, location, now: options.now ?? Date.now });
    await store.sweep(notes);
    return store;
  } catch (error) {
    await client.close().catch(() => undefined);
    throw asArgonError(error, location);
  }
}

/** Whether there is no store yet; and the notes of what others may have left unfinished. */
async function examine(
  client: MongoClient,
  { meta }: Collections,
  location: string,
): Promise<[isMissing: boolean, notes: readonly MetaDocument[]]> {
  const looking = meta.find({}).toArray();
  const outcome = await Promise.allSettled([client.db('admin').command({ hello: 1 }), looking]);
  for (const each of outcome) if (each.status === 'rejected') throw each.reason;
  const [hello, notes] = [await helloing, await looking];
}

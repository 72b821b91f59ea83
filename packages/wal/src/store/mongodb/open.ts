import type { MongoClient, MongoClientOptions } from 'mongodb';
import { StandaloneServerError, StoreNotFoundError, StoreVersionError } from '../errors';
import {
  type Collections,
  createIndexes,
  type DeletionNote,
  FORMAT_VERSION,
  openCollections,
  type UnsealedNote,
} from './collections';
import { createSnapshotIndex } from './chunks/collections';
import { clientFor } from './connection/address';
import { asArgonError } from './connection/failure';
import { createLogCollection } from './log/log-collection';
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
    const collections = openCollections(client.db(database));
    const { unsealed, deletions } = await prepare(client, collections, location, options.create ?? true);
    await sweepUnsealed(collections, unsealed);
    return new MongoStore({ client, collections, location, deletions, now: options.now ?? Date.now });
  } catch (error) {
    await client.close().catch(() => undefined);
    throw asArgonError(error, location);
  }
}

/** What others may have left unfinished. */
interface Notes {
  readonly unsealed: UnsealedNote[];
  readonly deletions: DeletionNote[];
}

/** Checks server and format, and makes what is missing. */
async function prepare(
  client: MongoClient,
  collections: Collections,
  location: string,
  mayCreate: boolean,
): Promise<Notes> {
  const reading = collections.meta.find({}).toArray();
  // A standalone server may refuse to read what a majority has; what `hello` tells is the better message.
  reading.catch(() => undefined);
  const hello = await client.db('admin').command({ hello: 1 });
  // Transactions and change streams need a replica set or a sharded cluster.
  if (hello['setName'] === undefined && hello['msg'] !== 'isdbgrid')
    throw new StandaloneServerError(location);
  let version: number | undefined;
  const notes: Notes = { unsealed: [], deletions: [] };
  for (const document of await reading) {
    if ('version' in document) version = Number(document.version);
    else if ('seal_lsn' in document) notes.unsealed.push(document);
    else if ('project_id' in document) notes.deletions.push(document);
  }
  if (version === undefined && !mayCreate) throw new StoreNotFoundError(location);
  if (version !== undefined && version > FORMAT_VERSION) {
    throw new StoreVersionError(location, version, FORMAT_VERSION);
  }
  const db = client.db(collections.log.dbName);
  if (version === undefined) await createLogCollection(db);
  await Promise.all([createIndexes(collections), createSnapshotIndex(db)]);
  if (version === undefined) {
    await collections.meta.updateOne(
      { _id: 'format' },
      { $setOnInsert: { version: FORMAT_VERSION } },
      { upsert: true },
    );
  }
  return notes;
}

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
    await checkServer(client, location);
    const db = client.db(database);
    const collections = openCollections(db);
    const notes = await prepare(collections, location, options.create ?? true);
    await Promise.all([createSnapshotIndex(db), sweepUnsealed(collections, notes)]);
    return new MongoStore({ client, collections, location, now: options.now ?? Date.now });
  } catch (error) {
    await client.close().catch(() => undefined);
    throw asArgonError(error, location);
  }
}

/** Transactions and change streams need a replica set or a sharded cluster. */
async function checkServer(client: MongoClient, location: string): Promise<void> {
  const hello = await client.db('admin').command({ hello: 1 });
  if (hello['setName'] === undefined && hello['msg'] !== 'isdbgrid')
    throw new StandaloneServerError(location);
}

/** Checks the format and makes what is missing. Gives the notes of groups that may have remained unsealed. */
async function prepare(
  collections: Collections,
  location: string,
  mayCreate: boolean,
): Promise<readonly UnsealedNote[]> {
  const meta = await collections.meta.find({}).toArray();
  let version: number | undefined;
  const notes: UnsealedNote[] = [];
  for (const document of meta) {
    if ('version' in document) version = Number(document.version);
    else if ('seal_lsn' in document) notes.push(document);
  }
  if (version === undefined && !mayCreate) throw new StoreNotFoundError(location);
  if (version !== undefined && version > FORMAT_VERSION) {
    throw new StoreVersionError(location, version, FORMAT_VERSION);
  }
  await createIndexes(collections);
  if (version === undefined) {
    await collections.meta.updateOne(
      { _id: 'format' },
      { $setOnInsert: { version: FORMAT_VERSION } },
      { upsert: true },
    );
  }
  return notes;
}

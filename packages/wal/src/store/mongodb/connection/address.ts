import { MongoClient, type MongoClientOptions } from 'mongodb';
import { StoreAddressError } from '../errors';

/** The database of a store whose address names none. */
const DEFAULT_DATABASE = 'argon_wal';

export interface StoreAddress {
  readonly client: MongoClient;
  readonly database: string;
  /** The address without user, password and options. */
  readonly location: string;
}

/**
 * A client for an address, not connected yet.
 * @throws StoreAddressError
 */
export function clientFor(uri: string, options: MongoClientOptions): StoreAddress {
  const location = locationOf(uri);
  let client: MongoClient;
  try {
    client = new MongoClient(uri, { appName: 'argon', ...options });
  } catch (error) {
    // The driver's message may quote a part of the address, and so the password.
    throw new StoreAddressError(location, 'the driver does not understand it', withoutText(error));
  }
  return { client, database: databaseOf(uri), location };
}

function databaseOf(uri: string): string {
  const path = /^mongodb(?:\+srv)?:\/\/[^/]*\/([^?]*)/.exec(uri)?.[1] ?? '';
  return path === '' ? DEFAULT_DATABASE : decodeURIComponent(path);
}

/** `mongodb://host:27017/argon_wal`: everything up to the last @ of the authority may be secret. */
function locationOf(uri: string): string {
  const match = /^(mongodb(?:\+srv)?:\/\/)([^/?]*)/.exec(uri);
  if (match === null) return 'mongodb://…';
  const [, scheme, authority] = match as unknown as [string, string, string];
  const hosts = authority.slice(authority.lastIndexOf('@') + 1);
  return `${scheme}${hosts}/${databaseOf(uri)}`;
}

function withoutText(error: unknown): { readonly name: string } {
  return { name: error instanceof Error ? error.name : 'Error' };
}

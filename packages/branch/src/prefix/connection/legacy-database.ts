import { MongoClient, type Db, type MongoClientOptions } from 'mongodb';
import { LegacyAddressError, LegacyUnreachableError } from '../errors';
import { FORWARDED, ForwardingConnection, type Forwarded } from './forwarding-connection';

export interface LegacyDatabaseOptions {
  /** How long to look for the server, ms. Default 10,000, unless the address says. */
  readonly serverSelectionTimeoutMS?: number;
  /** More options for the driver's MongoClient (TLS, pool sizes, …). */
  readonly client?: MongoClientOptions;
}

const DEFAULT_SELECTION_MS = 10_000;

/** A MongoDB database whose branches are collections under prefixes. */
export class LegacyDatabase {
  private constructor(
    readonly client: MongoClient,
    /** The database's name. */
    readonly name: string,
    /** The address without user, password and options. */
    readonly location: string,
  ) {}

  /**
   * Connects to `mongodb://…/database`. @throws LegacyAddressError, LegacyUnreachableError
   */
  static async open(uri: string, options: LegacyDatabaseOptions = {}): Promise<LegacyDatabase> {
    const location = locationOf(uri);
    const name = databaseOf(uri);
    if (name === '') throw new LegacyAddressError(location, 'it names no database');
    const selection = /[?&]serverSelectionTimeoutMS=/i.test(uri)
      ? {}
      : { serverSelectionTimeoutMS: options.serverSelectionTimeoutMS ?? DEFAULT_SELECTION_MS };
    let client: MongoClient;
    try {
      const official: MongoClientOptions = { appName: 'argon', ...selection, ...options.client };
      // Not in the public types: the class of the pool's connections.
      Object.assign(official, { connectionType: ForwardingConnection });
      client = new MongoClient(uri, official);
    } catch {
      // The driver's message may quote a part of the address, and so the password.
      throw new LegacyAddressError(location, 'the driver does not understand it');
    }
    try {
      await client.connect();
    } catch (error) {
      await client.close().catch(() => undefined);
      throw new LegacyUnreachableError(location, error);
    }
    return new LegacyDatabase(client, name, location);
  }

  get db(): Db {
    return this.client.db(this.name);
  }

  /**
   * Sends a command, `$db` and all, to the primary, and gives its reply as it came, `ok: 0` included.
   * @throws the driver's error when no reply came
   */
  async send(
    body: Uint8Array,
    sequences: ReadonlyMap<string, readonly Uint8Array[]> = new Map(),
    signal?: AbortSignal,
  ): Promise<Uint8Array> {
    const forwarded: Forwarded = { body, sequences };
    const command = { ping: 1, [FORWARDED]: forwarded };
    try {
      await this.db.command(command, signal === undefined ? {} : { signal });
    } catch (error) {
      if (forwarded.reply === undefined) throw error;
    }
    return forwarded.reply!;
  }

  async close(): Promise<void> {
    await this.client.close();
  }
}

function databaseOf(uri: string): string {
  const path = /^mongodb(?:\+srv)?:\/\/[^/]*\/([^?]*)/.exec(uri)?.[1] ?? '';
  return decodeURIComponent(path);
}

/** Everything up to the last @ of the authority may be secret. */
function locationOf(uri: string): string {
  const match = /^(mongodb(?:\+srv)?:\/\/)([^/?]*)/.exec(uri);
  if (match === null) return 'mongodb://…';
  const [, scheme, authority] = match as unknown as [string, string, string];
  return `${scheme}${authority.slice(authority.lastIndexOf('@') + 1)}/${databaseOf(uri)}`;
}

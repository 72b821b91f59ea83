import { MongoClient, MongoError, MongoServerError } from 'mongodb';
import { SourceUnreachableError } from '../errors';
import { UsageError } from '../../errors/errors';

/** A MongoDB database to import from. */
export interface LiveDatabase {
  readonly client: MongoClient;
  readonly name: string;
  /** The address without user and password, for people. */
  readonly shown: string;
}

/** @throws UsageError for an address without a database, SourceUnreachableError */
export async function connectTo(address: string): Promise<LiveDatabase> {
  const shown = address.replace(/\/\/[^@/]*@/, '//').replace(/\?.*$/s, '');
  const name = databaseIn(address);
  if (name === undefined) {
    throw new UsageError(`Say which database to import: ${shown.replace(/\/*$/, '')}/NAME.`);
  }
  const selection = /[?&]serverSelectionTimeoutMS=/i.test(address)
    ? {}
    : { serverSelectionTimeoutMS: 10_000 };
  let client: MongoClient | undefined;
  try {
    client = new MongoClient(address, selection);
    await client.connect();
    await client.db(name).command({ ping: 1 });
    return { client, name, shown };
  } catch (error) {
    await client?.close().catch(() => undefined);
    throw unreachable(shown, error);
  }
}

/** The part of the address between the hosts and the options. */
function databaseIn(address: string): string | undefined {
  const name = /^mongodb(?:\+srv)?:\/\/[^/]*\/([^/?]+)/i.exec(address)?.[1];
  return name === undefined ? undefined : decodeURIComponent(name);
}

/** What the driver throws while reading, in our words; other errors pass. */
export function unreachable(shown: string, error: unknown): unknown {
  if (!(error instanceof MongoError) && !(error instanceof TypeError && /URL|URI/i.test(error.message)))
    return error;
  const refused = error instanceof MongoServerError && (error.code === 18 || error.code === 13);
  const problem = refused ? `the server refuses the user (${error.message})` : (error as Error).message;
  return new SourceUnreachableError(shown, problem.replace(/\.$/, ''), error);
}

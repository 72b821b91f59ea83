import { randomBytes } from 'node:crypto';
import { sharedMongod } from '@argon/tools-mongod';
import { MongoClient } from 'mongodb';
import { type Collections, openCollections } from '../collections';
import type { MongoStore } from '../mongo-store';
import { type MongoStoreOptions, openMongoStore } from '../open';

/** A database of the shared mongod for one test. */
export interface TestDatabase {
  readonly uri: string;
  /** The same collections as the store's, for looking behind it. */
  readonly collections: Collections;
  open(options?: MongoStoreOptions): Promise<MongoStore>;
  /** Closes what is open and removes the database. */
  dispose(): Promise<void>;
}

/** A new, empty database; `server` is the shared mongod unless given. */
export async function testDatabase(server?: string): Promise<TestDatabase> {
  const uri = addressOf(server ?? (await sharedMongod()).uri, `walm_${randomBytes(6).toString('hex')}`);
  const client = await MongoClient.connect(uri);
  const stores: MongoStore[] = [];
  return {
    uri,
    collections: openCollections(client.db()),
    open: async (options) => {
      const store = await openMongoStore(uri, options);
      stores.push(store);
      return store;
    },
    dispose: async () => {
      await Promise.all(stores.map((store) => store.close()));
      await client.db().dropDatabase();
      await client.close();
    },
  };
}

/** A server's address with a database in it. */
function addressOf(server: string, database: string): string {
  const address = new URL(server);
  address.pathname = `/${database}`;
  return address.href;
}

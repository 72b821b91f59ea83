import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';

/** A store for one test file: an address to open as often as one likes, and a way to remove it. */
export interface StoreFixture {
  readonly address: string;
  remove(): Promise<void>;
}

/** How to make an empty store of a kind. */
export interface StoreKind {
  readonly name: 'memory' | 'lmdb' | 'mongodb';
  /** Whether several clients, or processes, may open one address. */
  readonly shared: boolean;
  make(): Promise<StoreFixture>;
}

let serial = 0;

/** The stores that every suite runs on. `mongod` gives a replica set's URI; it is asked only when needed. */
export function storeKinds(mongod: () => Promise<string>): readonly StoreKind[] {
  return [
    { name: 'memory', shared: false, make: async () => ({ address: 'memory:', remove: async () => {} }) },
    {
      name: 'lmdb',
      shared: true,
      make: async () => {
        const folder = await mkdtemp(join(tmpdir(), 'argon-store-'));
        return {
          address: `lmdb:${join(folder, 'store')}`,
          remove: () => rm(folder, { recursive: true, force: true }),
        };
      },
    },
    {
      name: 'mongodb',
      shared: true,
      make: async () => {
        const uri = await mongod();
        const database = `argon_test_${process.pid}_${Date.now().toString(36)}_${++serial}`;
        const address = new URL(uri);
        address.pathname = `/${database}`;
        return {
          address: address.toString(),
          remove: async () => {
            const client = await new MongoClient(uri).connect();
            await client.db(database).dropDatabase();
            await client.close();
          },
        };
      },
    },
  ];
}

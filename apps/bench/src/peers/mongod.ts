import { MongodNotFoundError, startMongod } from '@argon/tools-mongod';
import { MongoClient, type Db } from 'mongodb';

/** A local mongod, a replica set of one node, reached with the same official driver. */
export interface MongodPeer {
  readonly version: string;
  readonly client: MongoClient;
  /** For a client of its own, whose writes are durable before they are acknowledged. */
  readonly durable: string;
  /** Of a MongoDB store in that database. */
  address(database: string): string;
  /** A new, empty database, every write to which is durable before it is acknowledged. Dropped by `drop`. */
  database(): { db: Db; drop(): Promise<void> };
  stop(): Promise<void>;
}

/**
 * Starts a mongod, or uses the one at `uri`.
 * @returns undefined if there is none on this machine
 */
export async function mongodPeer(uri?: string): Promise<MongodPeer | undefined> {
  const server = uri === undefined ? await startedOrNone() : { uri, stop: async () => {} };
  if (server === undefined) return undefined;
  const client = await MongoClient.connect(server.uri, {
    // Argon acknowledges what is durable, so mongod has to as well.
    writeConcern: { w: 'majority', journal: true },
  });
  const { version } = await client.db('admin').command({ buildInfo: 1 });
  let databases = 0;
  const durable = new URL(server.uri);
  durable.searchParams.set('w', 'majority');
  durable.searchParams.set('journal', 'true');
  return {
    durable: durable.toString(),
    version: String(version),
    client,
    address: (database) => {
      const address = new URL(server.uri);
      address.pathname = `/${database}`;
      return address.toString();
    },
    database: () => {
      const db = client.db(`peer_bench_${process.pid}_${databases++}`);
      return { db, drop: async () => void (await db.dropDatabase()) };
    },
    stop: async () => {
      await client.close();
      await server.stop();
    },
  };
}

async function startedOrNone() {
  try {
    return await startMongod();
  } catch (error) {
    if (error instanceof MongodNotFoundError) return undefined;
    throw error;
  }
}

/** What the collections of a database take on the medium with their indexes, once everything is written out. */
export async function storedBytes(db: Db): Promise<number> {
  await db.admin().command({ fsync: 1 });
  const { storageSize, indexSize } = await db.command({ dbStats: 1 });
  return Number(storageSize) + Number(indexSize);
}

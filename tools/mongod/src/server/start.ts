import { MongoMemoryReplSet, MongoMemoryServer } from 'mongodb-memory-server-core';
import { MongodNotFoundError } from '../errors';
import { findMongod } from '../find/find';
import { mongodVersion } from '../find/runs-here';

/** A running mongod. */
export interface MongodServer {
  /** Connection string, with the replica set's name if it is one. */
  readonly uri: string;
  /** Process id of mongod, for tests that kill it. */
  readonly pid: number;
  /** Stops mongod and removes its files. */
  stop(): Promise<void>;
}

export interface StartMongodOptions {
  /** A standalone server instead of a replica set: no transactions, no change streams. */
  readonly standalone?: boolean;
  /** More command-line arguments for mongod. */
  readonly args?: readonly string[];
}

/** Tests hold little data; mongod would otherwise claim half of the machine's memory. */
const SMALL_CACHE = ['--wiredTigerCacheSizeGB', '0.25'];

/**
 * Starts a mongod of its own on loopback, on a free port, with its data in a temporary folder: a replica set of one
 * node (transactions and change streams work), or a standalone. If this process dies, mongod is killed as well.
 *
 * Tests that need a mongod but not one of their own use {@link sharedMongod}.
 *
 * @throws {MongodNotFoundError} if there is no mongod on this machine
 */
export async function startMongod(options: StartMongodOptions = {}): Promise<MongodServer> {
  const systemBinary = await findMongod();
  if (systemBinary === undefined) throw new MongodNotFoundError();
  const version = await mongodVersion(systemBinary);
  const binary = { systemBinary, ...(version ? { version } : {}) };
  const instance = {
    args: [...SMALL_CACHE, ...(options.args ?? [])],
    storageEngine: 'wiredTiger' as const,
    launchTimeout: 60_000,
  };
  const cleanup = { doCleanup: true, force: true };

  if (options.standalone) {
    const server = await MongoMemoryServer.create({ binary, instance: { ...instance, ip: '127.0.0.1' } });
    return {
      uri: `mongodb://127.0.0.1:${server.instanceInfo!.port}/`,
      pid: pidOf(server),
      stop: async () => void (await server.stop(cleanup)),
    };
  }
  const set = await MongoMemoryReplSet.create({
    binary,
    instanceOpts: [{ launchTimeout: instance.launchTimeout }],
    replSet: { name: 'argon', count: 1, ip: '127.0.0.1', args: instance.args, storageEngine: 'wiredTiger' },
  });
  const server = set.servers[0]!;
  return {
    uri: `mongodb://127.0.0.1:${server.instanceInfo!.port}/?replicaSet=argon`,
    pid: pidOf(server),
    stop: async () => void (await set.stop(cleanup)),
  };
}

function pidOf(server: MongoMemoryServer): number {
  return server.instanceInfo!.instance.mongodProcess!.pid!;
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMongod } from '@argon/tools-mongod';
import { MongoClient } from 'mongodb';
import { serve } from '../serve';
import type { ServerTraits } from './requirements';
import type { SpecServer } from './run-case';

/** A server that was started for the cases. */
export interface StartedServer extends SpecServer {
  stop(): Promise<void>;
}

/**
 * A mongod of its own, as its fail points would trouble others.
 * @throws MongodNotFoundError
 */
export async function startMongodForSpecs(): Promise<StartedServer> {
  const mongod = await startMongod({ args: ['--setParameter', 'enableTestCommands=1'] });
  return withClient(mongod.uri, () => mongod.stop());
}

/** Cases set fail points. */
const TEST_COMMANDS = { testCommands: true } as const;

/** `argon serve`'s server in this process, over a store in memory. */
export async function serveInMemory(): Promise<StartedServer> {
  const served = await serve({}, 'memory:', TEST_COMMANDS);
  return withClient(served.server.uri, () => served.close());
}

/** The same over a store on disk. */
export async function serveFromDisk(): Promise<StartedServer> {
  const folder = await mkdtemp(join(tmpdir(), 'argon-spec-'));
  const served = await serve({}, `lmdb:${folder}`, TEST_COMMANDS);
  return withClient(served.server.uri, async () => {
    await served.close();
    await rm(folder, { recursive: true, force: true });
  });
}

/** What requirements ask of a mongod. */
export async function traitsOf({ own }: SpecServer): Promise<ServerTraits> {
  const { version } = await own.db('admin').command({ buildInfo: 1 });
  return { version, topology: 'replicaset' };
}

function withClient(uri: string, stop: () => Promise<void>): StartedServer {
  const own = new MongoClient(uri);
  return {
    uri,
    own,
    stop: async () => {
      await own.close();
      await stop();
    },
  };
}

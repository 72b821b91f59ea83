import { ArgonHandler } from '@argon/branch';
import { keySources, WalEngine, type WalEngineOptions } from '@argon/engine';
import { Materializer } from '@argon/materializer';
import { openStore } from '@argon/wal';
import { ArgonServer } from '../server/argon-server';
import type { ArgonServerOptions } from '../server/options';

export interface Served {
  readonly server: ArgonServer;
  readonly engine: WalEngine;
  close(): Promise<void>;
}

/** A server on any free port, over a store in memory unless another is named. */
export async function serve(
  options: Partial<ArgonServerOptions> = {},
  location = 'memory:',
  engineOptions: WalEngineOptions = {},
): Promise<Served> {
  const store = await openStore(location);
  const materializer = new Materializer(store, keySources);
  const engine = new WalEngine(store, materializer, engineOptions);
  const server = await ArgonServer.listen({ handler: new ArgonHandler(engine), engine, port: 0, ...options });
  return {
    server,
    engine,
    close: async () => {
      await server.close();
      await engine.close();
      await materializer.close();
      await store.close();
    },
  };
}

import { openBackend } from '@argon/driver';
import { ArgonServer } from '@argon/server';
import type { MemoryAnswer, ServeRequest, WhereAnswer } from './served-by';

/** The server's side: serves a store until it is told to end. */
export async function serveStore(): Promise<void> {
  const { address } = await new Promise<ServeRequest>((resolve) => {
    process.once('message', (message) => resolve(message as ServeRequest));
  });
  const backend = await openBackend(address);
  const server = await ArgonServer.listen({ handler: backend.handler, engine: backend.engine!, port: 0 });
  process.on('message', (message) => {
    if (message === 'memory') tellMemory();
    else void end();
  });
  process.send!({ uri: server.uri } satisfies WhereAnswer);

  async function end(): Promise<void> {
    await server.close();
    await backend.close();
    process.exit();
  }
}

function tellMemory(): void {
  // Started with --expose-gc: what nobody holds any more is no cost of a connection.
  for (let i = 0; i < 3; i++) globalThis.gc!();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.send!({ heapBytes: heapUsed + external, residentBytes: rss } satisfies MemoryAnswer);
}

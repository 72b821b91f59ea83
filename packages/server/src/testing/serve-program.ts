import { serve } from './serve';

/** A server in a process of its own: tells its parent where it is, and, each time it is asked, what it holds. */
const { server, close } = await serve({ stallMs: 2_000 });
process.on('message', (message) => {
  if (message === 'end') {
    void close().then(() => process.exit());
    return;
  }
  globalThis.gc!();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.send!({ held: heapUsed + external, resident: rss, connections: server.connectionCount });
});
process.send!({ port: server.port });

import { serve } from './serve';

/** A server over a store that stays, in a process of its own, until it is killed: `serve-store ADDRESS PORT`. */
const [address, port] = process.argv.slice(2) as [string, string];
const { server } = await serve({ port: Number(port) }, address);
process.send!({ port: server.port });

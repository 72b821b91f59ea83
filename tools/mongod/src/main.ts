import { startMongod } from './server/start';

/**
 * Starts a mongod that lives until this process is told to end, and prints `{"uri": …, "pid": …}`. For programs that
 * are not written in TypeScript, and for trying things by hand.
 */
const server = await startMongod();
const parent = process.ppid;
console.log(JSON.stringify({ uri: server.uri, pid: server.pid }));

const alive = setInterval(() => {
  // An orphan has a new parent: whoever wanted the server has died without saying so.
  if (process.ppid !== parent) end();
}, 1000);

let ending = false;
function end(): void {
  if (ending) return;
  ending = true;
  clearInterval(alive);
  void server.stop().then(() => process.exit(0));
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);

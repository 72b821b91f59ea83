import { startMongod } from './start';

/** Set by whoever runs the tests (vitest's global setup, `npm test`, CI) to a replica set that all tests may use. */
export const SHARED_URI = 'ARGON_TEST_MONGODB_URI';

let shared: Promise<{ readonly uri: string }> | undefined;

/**
 * The mongod that all tests of a run share; tests use database names of their own.
 *
 * It is the one that `ARGON_TEST_MONGODB_URI` names; else one is started, once per process, and ends with the process.
 *
 * @throws {MongodNotFoundError} if there is no mongod on this machine
 */
export function sharedMongod(): Promise<{ readonly uri: string }> {
  shared ??= process.env[SHARED_URI] ? Promise.resolve({ uri: process.env[SHARED_URI] }) : startForProcess();
  return shared;
}

async function startForProcess(): Promise<{ readonly uri: string }> {
  const server = await startMongod();
  // `beforeExit` can wait for a clean stop; after process.exit() or a crash the starter's watchdog kills mongod.
  process.once('beforeExit', () => void server.stop());
  process.once('exit', () => kill(server.pid));
  return server;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

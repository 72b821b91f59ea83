import { MongodNotFoundError } from './errors';
import { SHARED_URI } from './server/shared';
import { startMongod, type MongodServer } from './server/start';

let server: MongodServer | undefined;

/**
 * Vitest global setup: one mongod for all test files of a run, handed to them through the environment. Does nothing
 * if there is one already, and leaves it to the tests to skip or fail if there is none to be had.
 */
export async function setup(): Promise<void> {
  if (process.env[SHARED_URI]) return;
  try {
    server = await startMongod();
  } catch (error) {
    if (error instanceof MongodNotFoundError) return;
    throw error;
  }
  process.env[SHARED_URI] = server.uri;
}

export async function teardown(): Promise<void> {
  if (server === undefined) return;
  delete process.env[SHARED_URI];
  await server.stop();
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { root } from './workspace.mjs';

/**
 * One mongod for a whole `npm test`, so that packages need not start their own.
 *
 * @returns {Promise<{uri: string | undefined, stop(): Promise<void>}>} no uri if there is no mongod: the tests then
 *   skip, or fail in CI
 */
export async function mongodForRun() {
  const given = process.env['ARGON_TEST_MONGODB_URI'];
  if (given) return { uri: given, stop: async () => {} };
  const child = spawn(
    process.execPath,
    ['--conditions=@argon/source', '--import', 'tsx', 'tools/mongod/src/main.ts'],
    // A group of its own: Ctrl-C must not end it before the tests that use it.
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], detached: true },
  );
  const ended = once(child, 'close');
  const line = await Promise.race([once(child.stdout, 'data'), ended.then(() => undefined)]);
  return {
    uri: line === undefined ? undefined : JSON.parse(String(line[0])).uri,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

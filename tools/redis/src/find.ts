import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { cachedRedis } from './cache';
import { debianRedis } from './debian';

type Source = () => Promise<string | undefined>;

/** Where a redis-server may come from, cheapest first. Only the last needs a network. */
const sources: readonly Source[] = [
  async () => process.env['ARGON_TEST_REDIS_SERVER'] || undefined,
  redisOnPath,
  cachedRedis,
  debianRedis,
];

let found: Promise<string | undefined> | undefined;

/**
 * Finds, or else fetches, a redis-server that runs on this machine: `ARGON_TEST_REDIS_SERVER`, the `PATH`, the cache,
 * Debian's packages. The search is made once per process.
 *
 * @returns the path of the binary, or undefined if there is none to be had
 */
export function findRedis(): Promise<string | undefined> {
  found ??= firstThatRuns(sources);
  return found;
}

/** The first binary of `candidates` that runs; a source that fails counts as having none. */
export async function firstThatRuns(candidates: readonly Source[]): Promise<string | undefined> {
  for (const source of candidates) {
    const binary = await source().catch(() => undefined);
    if (binary !== undefined && (await runsHere(binary))) return binary;
  }
  return undefined;
}

function runsHere(binary: string): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(binary, ['--version'], { timeout: 30_000 }, (error, stdout) => {
      resolve(error === null && /^Redis server v=/.test(stdout));
    });
  });
}

async function redisOnPath(): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    if (folder === '') continue;
    const binary = join(folder, 'redis-server');
    const isExecutable = await access(binary, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isExecutable) return binary;
  }
  return undefined;
}

import { RedisNotFoundError } from './errors';
import { findRedis } from './find';

/** Set by whoever has a Redis running that tests may use. */
const SHARED_URL = 'ARGON_TEST_REDIS_URL';

let warned = false;

/**
 * Whether there is a Redis to test with, so that tests can be skipped rather than fail: the address that
 * `ARGON_TEST_REDIS_URL` names, and the binary with which `startRedis` starts servers that a test may kill.
 *
 * ```ts
 * const redis = await redisOrSkip();
 * describe.skipIf(!redis)('against Redis', () => { … startRedis() … });
 * ```
 *
 * It says so once if there is none, and with `CI` set nothing may be skipped: it throws.
 *
 * @throws {RedisNotFoundError} in CI, if there is no redis-server
 */
export async function redisOrSkip(): Promise<{ readonly binary: string; readonly url?: string } | undefined> {
  const binary = await findRedis();
  const url = process.env[SHARED_URL];
  if (binary !== undefined) return { binary, ...(url ? { url } : {}) };
  const missing = new RedisNotFoundError();
  if (inCi()) throw missing;
  if (!warned) console.warn(`Tests against Redis are skipped. ${missing.message}`);
  warned = true;
  return undefined;
}

function inCi(): boolean {
  const ci = process.env['CI'];
  return ci !== undefined && ci !== '' && ci !== '0' && ci !== 'false';
}

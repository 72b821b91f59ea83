import { inCi } from '@argon/tools-cache';
import { RedisNotFoundError } from './errors';
import { findRedis } from './find';

/** Set by whoever has a Redis running that tests may use, under key prefixes of their own. */
const SHARED_URL = 'ARGON_TEST_REDIS_URL';

let warned = false;

/** What there is to test with; at least one of the two. */
export interface RedisForTests {
  /** The address that `ARGON_TEST_REDIS_URL` names. */
  readonly url: string | undefined;
  /** With which `startRedis` starts servers that a test may kill. */
  readonly binary: string | undefined;
}

/**
 * What Redis there is, so that tests can be skipped rather than fail:
 *
 * ```ts
 * const redis = await redisOrSkip();
 * describe.skipIf(!redis?.binary)('a Redis that dies', () => { … startRedis() … });
 * ```
 *
 * It says so once if something is missing, and with `CI` set nothing may be skipped: it throws.
 *
 * @throws {RedisNotFoundError} in CI, if there is no redis-server
 */
export async function redisOrSkip(): Promise<RedisForTests | undefined> {
  const binary = await findRedis();
  const url = process.env[SHARED_URL] || undefined;
  if (binary !== undefined) return { binary, url };
  const missing = new RedisNotFoundError();
  if (inCi()) throw missing;
  const which = url === undefined ? 'Tests against Redis' : 'Tests that start a Redis of their own';
  if (!warned) console.warn(`${which} are skipped. ${missing.message}`);
  warned = true;
  return url === undefined ? undefined : { binary, url };
}

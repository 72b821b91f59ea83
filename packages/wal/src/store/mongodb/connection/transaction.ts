import type { ClientSession, MongoClient } from 'mongodb';

/**
 * Runs `work` in a transaction that a majority has in its journal when this resolves. Conflicts with other
 * transactions run it again (the driver waits a little more each time); any other failure undoes it.
 */
export function inTransaction(
  client: MongoClient,
  work: (session: ClientSession) => Promise<void>,
): Promise<void> {
  return client.withSession({ causalConsistency: false }, async (session) => {
    await session.withTransaction(() => work(session), {
      readPreference: 'primary',
      readConcern: { level: 'snapshot' },
      writeConcern: { w: 'majority', journal: true },
    });
  });
}

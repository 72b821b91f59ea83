import type { Db, MongoClient } from 'mongodb';

const DOCUMENTS = 4_000;

/**
 * Has mongod build a unique index `k_1` of a new collection `slow`, which waits at its end, and fails when it may go on: two
 * documents have the same `k`. @returns lets it go on
 */
export async function openIndexBuild(
  client: MongoClient,
  db: Db,
  collection = 'slow',
): Promise<() => Promise<void>> {
  const slow = db.collection<{ _id: number; k: number }>(collection);
  const documents = Array.from({ length: DOCUMENTS }, (_, _id) => ({ _id, k: Math.min(_id, DOCUMENTS - 2) }));
  await slow.insertMany(documents);
  for (;;) {
    const building = slow.createIndex({ k: 1 }, { unique: true }).then(
      () => Promise.reject(new Error('The index was built, and two documents have the same key.')),
      () => 'failed' as const,
    );
    const isOver = () => Promise.race([building, Promise.resolve('under way' as const)]);
    while ((await slow.listIndexes().toArray()).length === 1 && (await isOver()) === 'under way');
    // It cannot end while somebody has written and not committed. It may have ended before.
    const session = client.startSession();
    session.startTransaction();
    await slow.updateOne({ _id: 0 }, { $set: { k: -1 } }, { session });
    if ((await slow.listIndexes().toArray()).length === 2) {
      return async () => {
        await session.abortTransaction();
        await session.endSession();
        await building;
      };
    }
    await session.abortTransaction();
    await session.endSession();
    await building;
  }
}

import type { Db } from 'mongodb';

/**
 * A branch as one makes it without Argon: every collection copied inside mongod ($out) under a name with the branch's
 * prefix, and its indexes made again.
 * @returns the copies' names
 */
export async function copyUnderPrefix(
  db: Db,
  collections: readonly string[],
  branch: string,
): Promise<string[]> {
  const copies: string[] = [];
  for (const name of collections) {
    const copy = `${branch}_${name}`;
    await db
      .collection(name)
      .aggregate([{ $match: {} }, { $out: copy }])
      .toArray();
    const indexes = await db.collection(name).indexes();
    const secondary = indexes.filter((index) => index.name !== '_id_');
    if (secondary.length > 0) {
      await db
        .collection(copy)
        .createIndexes(secondary.map(({ key, name: index }) => ({ key, name: index! })));
    }
    copies.push(copy);
  }
  return copies;
}

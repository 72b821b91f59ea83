import type { Collection, Db, Document } from 'mongodb';
import { GROUPS, people, type Person } from './person';

/** The collection that scenarios fill. */
export const PEOPLE = 'people';

/** The two indexes of an ordinary application, as both sides get them. */
const TWO_INDEXES: readonly Document[] = [{ email: 1 }, { 'address.city': 1, joined: -1 }];

const BATCH = 1_000;

/** Fills `people`, or a collection of another name, with the first `size` people, as fast as it goes. */
export async function loadPeople(db: Db, size: number, name = PEOPLE): Promise<Collection<Person>> {
  const collection = db.collection<Person>(name);
  for (let at = 0; at < size; at += 4 * BATCH) {
    const batches = [0, 1, 2, 3].map((k) =>
      people(Math.min(size, at + k * BATCH), Math.min(size, at + (k + 1) * BATCH)),
    );
    await Promise.all(
      batches.filter((batch) => batch.length > 0).map((batch) => collection.insertMany(batch)),
    );
  }
  const found = await collection.countDocuments();
  if (found !== size) throw new Error(`${size} documents were inserted, and ${found} are there.`);
  return collection;
}

/** Makes the two indexes. */
export async function indexPeople(db: Db, name = PEOPLE): Promise<void> {
  for (const key of TWO_INDEXES) await db.collection(name).createIndex(key);
}

/** How many people a group has when there are `size` of them. */
export function groupSize(size: number, group: number): number {
  return Math.floor(size / GROUPS) + (group < size % GROUPS ? 1 : 0);
}

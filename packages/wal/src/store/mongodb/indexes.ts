import { type Collection, type Document, type IndexDescription, MongoServerError } from 'mongodb';

const NAMESPACE_NOT_FOUND = 26;

type NamedIndex = IndexDescription & { readonly name: string };

/**
 * Makes those of a collection's indexes that are not there. Looking first is worth it: making an index that exists
 * waits for a majority and its journal all the same, and nearly every open finds all of them.
 */
export async function ensureIndexes<T extends Document>(
  collection: Collection<T>,
  indexes: readonly NamedIndex[],
): Promise<void> {
  const present = await namesOf(collection);
  const missing = indexes.filter(({ name }) => !present.has(name));
  if (missing.length > 0) await collection.createIndexes(missing);
}

async function namesOf<T extends Document>(collection: Collection<T>): Promise<ReadonlySet<string>> {
  try {
    const names = await collection.listIndexes().toArray();
    return new Set(names.map(({ name }) => String(name)));
  } catch (error) {
    if (error instanceof MongoServerError && error.code === NAMESPACE_NOT_FOUND) return new Set();
    throw error;
  }
}

import { decodeDocument, type Doc } from '@argon/bson';
import type { LegacyDatabase } from '../connection/legacy-database';
import { batches } from './raw-commands';

/**
 * Specifications of a collection's indexes, that of `_id` among them. What the server is still building is not: it may fail
 * yet, and nobody is told when it does.
 * @throws LegacyServerError (26: there is no such collection), the driver's errors
 */
export async function finishedIndexes(
  database: LegacyDatabase,
  collection: string,
  signal?: AbortSignal,
): Promise<readonly Doc[]> {
  const found: Doc[] = [];
  // Otherwise those under way are listed as if they were done.
  const list = { listIndexes: collection, cursor: new Map(), includeBuildUUIDs: true };
  for await (const batch of batches(database, list, 1000, signal)) {
    for (const bytes of batch) found.push(decodeDocument(bytes));
  }
  return found.filter((index) => !index.has('buildUUID'));
}

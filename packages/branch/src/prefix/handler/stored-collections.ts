import type { CollectionInfo } from 'mongodb';
import type { LegacyDatabase } from '../connection/legacy-database';
import type { Prefixes } from '../names/prefixes';

/** A branch's collections and views as they are stored, by name; a time series' buckets go with it and are left out. */
export async function storedCollections(
  database: LegacyDatabase,
  prefixes: Prefixes,
  branch: string,
): Promise<readonly CollectionInfo[]> {
  const all = await database.db.listCollections().toArray();
  return (all as CollectionInfo[])
    .filter(({ name }) => !name.startsWith('system.') && prefixes.ownerOf(name) === branch)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

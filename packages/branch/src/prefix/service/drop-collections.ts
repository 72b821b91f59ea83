import type { LegacyDatabase } from '../connection/legacy-database';
import { LegacyServerError } from '../errors';
import { storedCollections } from '../handler/stored-collections';
import type { Prefixes } from '../names/prefixes';
import { run } from './raw-commands';

const NAMESPACE_NOT_FOUND = 26;

/** Drops all that is a branch's, views first. */
export async function dropCollections(
  database: LegacyDatabase,
  prefixes: Prefixes,
  branch: string,
): Promise<void> {
  const all = await storedCollections(database, prefixes, branch);
  const views = all.filter(({ type }) => type === 'view');
  for (const { name } of [...views, ...all.filter(({ type }) => type !== 'view')]) await drop(database, name);
}

/** Drops a collection or view; one that is gone already is no mistake. */
export async function drop(database: LegacyDatabase, stored: string): Promise<void> {
  try {
    await run(database, { drop: stored });
  } catch (error) {
    if (!(error instanceof LegacyServerError) || error.mongoCode !== NAMESPACE_NOT_FOUND) throw error;
  }
}

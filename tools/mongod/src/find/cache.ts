import { join } from 'node:path';
import { cacheFolders } from '@argon/tools-cache';
import { isExecutable } from './search-path';

/** A fetched mongod lies in the cache's folder of this name, */
export const CACHE = 'mongod';
/** and has this one. */
export const CACHED_NAME = 'mongod-6.0';

/** A mongod that an earlier run has fetched. */
export async function cachedMongod(): Promise<string | undefined> {
  for (const folder of cacheFolders(CACHE)) {
    const binary = join(folder, CACHED_NAME);
    if (await isExecutable(binary)) return binary;
  }
  return undefined;
}

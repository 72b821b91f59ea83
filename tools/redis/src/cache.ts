import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolders } from '@argon/tools-cache';

/** A fetched Redis lies in the cache's folder of this name, */
export const CACHE = 'redis';
/** and has this one. */
const CACHED_NAME = 'redis-debian';
/** Within it: starts the server with the libraries beside it. */
const STARTER = 'start-redis-server';

/** Where, within a cache folder, a fetched Redis is put, and how it is started. */
export function placeIn(cache: string): { readonly folder: string; readonly starter: string } {
  const folder = join(cache, CACHED_NAME);
  return { folder, starter: join(folder, STARTER) };
}

/** The starter within any folder, before that is renamed into place. */
export function starterIn(folder: string): string {
  return join(folder, STARTER);
}

/** A Redis that an earlier run has fetched. */
export async function cachedRedis(): Promise<string | undefined> {
  for (const cache of cacheFolders(CACHE)) {
    const { starter } = placeIn(cache);
    if (existsSync(starter)) return starter;
  }
  return undefined;
}

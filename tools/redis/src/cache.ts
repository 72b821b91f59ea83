import { existsSync } from 'node:fs';
import { access, constants, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** A fetched Redis lies here, in one of {@link cacheFolders}. */
const CACHED_NAME = 'redis-debian';
/** Within it: starts the server with the libraries beside it. */
const STARTER = 'start-redis-server';

/** Where a fetched Redis is kept, best first: as `tools/mongod` keeps its mongod. */
function cacheFolders(): string[] {
  const chosen = process.env['ARGON_CACHE'];
  if (chosen) return [join(chosen, 'redis')];
  const user = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const workspace = workspaceRoot();
  return [join(user, 'argon', 'redis'), ...(workspace ? [join(workspace, '.cache', 'redis')] : [])];
}

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
  for (const cache of cacheFolders()) {
    const { starter } = placeIn(cache);
    if (existsSync(starter)) return starter;
  }
  return undefined;
}

/** The first cache folder that can be written to; made if absent. */
export async function writableCacheFolder(): Promise<string> {
  for (const folder of cacheFolders()) {
    try {
      await mkdir(folder, { recursive: true });
      await access(folder, constants.W_OK);
      return folder;
    } catch {
      // A home that is read-only or absent is common in containers: the next folder is tried.
    }
  }
  throw new Error(
    `No folder to keep a Redis in: tried ${cacheFolders().join(', ')}; set ARGON_CACHE to one.`,
  );
}

/** The workspace around this file or, once built, around the current folder: the nearest with an nx.json. */
function workspaceRoot(): string | undefined {
  for (const start of [import.meta.dirname, process.cwd()]) {
    for (let folder = start; folder !== dirname(folder); folder = dirname(folder)) {
      if (existsSync(join(folder, 'nx.json'))) return folder;
    }
  }
  return undefined;
}

import { existsSync } from 'node:fs';
import { access, constants, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { isExecutable } from './search-path';

/** A fetched mongod lies here, in one of {@link cacheFolders}. */
export const CACHED_NAME = 'mongod-6.0';

/**
 * Where a fetched mongod is kept, best first: the user's cache, which all clones share, then the workspace.
 * `ARGON_CACHE` names a single other place.
 */
export function cacheFolders(): string[] {
  const chosen = process.env['ARGON_CACHE'];
  if (chosen) return [join(chosen, 'mongod')];
  const user = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const workspace = workspaceRoot();
  return [join(user, 'argon', 'mongod'), ...(workspace ? [join(workspace, '.cache', 'mongod')] : [])];
}

/** A mongod that an earlier run has fetched. */
export async function cachedMongod(): Promise<string | undefined> {
  for (const folder of cacheFolders()) {
    const binary = join(folder, CACHED_NAME);
    if (await isExecutable(binary)) return binary;
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
    `No folder to keep a mongod in: tried ${cacheFolders().join(', ')}; set ARGON_CACHE to one.`,
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

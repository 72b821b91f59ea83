import { existsSync } from 'node:fs';
import { access, constants, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * Where what was fetched of a kind is kept, best first: the user's cache, which all clones share, then the workspace.
 * `ARGON_CACHE` names a single other place.
 * @param kind a folder's name: `mongod`
 */
export function cacheFolders(kind: string): string[] {
  const chosen = process.env['ARGON_CACHE'];
  if (chosen) return [join(chosen, kind)];
  const user = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const workspace = workspaceRoot();
  return [join(user, 'argon', kind), ...(workspace ? [join(workspace, '.cache', kind)] : [])];
}

/** The first cache folder that can be written to; made if absent. */
export async function writableCacheFolder(kind: string): Promise<string> {
  const folders = cacheFolders(kind);
  for (const folder of folders) {
    try {
      await mkdir(folder, { recursive: true });
      await access(folder, constants.W_OK);
      return folder;
    } catch {
      // A home that is read-only or absent is common in containers: the next folder is tried.
    }
  }
  throw new Error(`No folder to keep ${kind} in: tried ${folders.join(', ')}; set ARGON_CACHE to one.`);
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

import { accessSync, constants, mkdirSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { NotAStoreError, StoreAccessError, StoreCorruptError, StoreNotFoundError } from '../errors';
import { problemOfDataFile } from './meta-pages';

export const DATA_FILE = 'data.mdb';
export const LOCK_FILE = 'lock.mdb';
export const JOURNAL_FILE = 'journal.argon';

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

function kindOf(path: string): 'folder' | 'other' | undefined {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'other';
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function isReadWrite(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Makes sure that LMDB can be let at this folder, and makes the folder if it may be made. Returns its real path.
 * Nothing is touched that is not a store's.
 * @throws StoreNotFoundError, NotAStoreError, StoreAccessError, StoreCorruptError
 */
export function preparePlace(path: string, location: string, create: boolean): string {
  const folder = resolve(path);
  try {
    const kind = kindOf(folder);
    if (kind === 'other') throw new NotAStoreError(location, 'it is a file, and a store is a folder');
    if (kind === undefined) makeFolder(folder, location, create);
    const data = join(folder, DATA_FILE);
    if (kindOf(data) === undefined) {
      if (!create) throw new StoreNotFoundError(location);
      checkAdoptable(folder, location);
    }
    for (const file of [folder, data, join(folder, LOCK_FILE), join(folder, JOURNAL_FILE)]) {
      if (kindOf(file) !== undefined && !isReadWrite(file)) {
        throw new StoreAccessError(location, `${file} is not readable and writable by this user`);
      }
    }
    if (kindOf(data) !== undefined) {
      const problem = problemOfDataFile(data, join(folder, JOURNAL_FILE));
      if (problem !== undefined) throw new StoreCorruptError(location, problem);
    }
    return realpathSync(folder);
  } catch (error) {
    throw placeFailure(location, error);
  }
}

function makeFolder(folder: string, location: string, create: boolean): void {
  if (!create) throw new StoreNotFoundError(location);
  // Not recursive mkdir: on some file systems that never returns.
  const parent = dirname(folder);
  const parentKind = kindOf(parent);
  if (parentKind === 'other') throw new NotAStoreError(location, `${parent} is a file, not a folder`);
  if (parentKind === undefined) makeFolder(parent, location, create);
  try {
    mkdirSync(folder);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

/** A folder with other things in it is somebody's; only a `.argon` folder may hold more than the store. */
function checkAdoptable(folder: string, location: string): void {
  if (folder.endsWith('.argon')) return;
  const others = readdirSync(folder).filter((name) => name !== LOCK_FILE && !name.startsWith('.'));
  if (others.length > 0 && kindOf(join(folder, DATA_FILE)) === undefined) {
    throw new NotAStoreError(location, `the folder holds other files (${others[0]}, …) and no store`);
  }
}

function placeFailure(location: string, error: unknown): unknown {
  const code = codeOf(error);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new StoreAccessError(location, (error as Error).message, error);
  }
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG' || code === 'ELOOP') {
    return new StoreNotFoundError(location, (error as Error).message);
  }
  return error;
}

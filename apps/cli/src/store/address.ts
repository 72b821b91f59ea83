import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The name of the folder that a store lies in, beside the work it belongs to. */
export const STORE_FOLDER = '.argon';

/** Where a store is. */
export interface StoreAddress {
  /** What `openStore` takes; paths in it are absolute. */
  readonly address: string;
  /** The folder of an embedded store, absolute. */
  readonly folder: string | undefined;
  /** Who named it. */
  readonly from: '--store' | 'ARGON_STORE' | 'folder' | 'configuration';
}

/**
 * Reads a store's word: a `.argon` folder (or the folder that holds one), `lmdb:path`, `mongodb://…`, `memory:`. Relative
 * paths start at `cwd`. What is none of these is left for `openStore` to refuse.
 */
export function readAddress(word: string, cwd: string, from: StoreAddress['from']): StoreAddress {
  if (word.startsWith('lmdb:') && word.length > 'lmdb:'.length) {
    const folder = resolve(cwd, word.slice('lmdb:'.length));
    return { address: `lmdb:${folder}`, folder, from };
  }
  if (/^[a-z][a-z0-9+.-]+:/i.test(word) || word === '') return { address: word, folder: undefined, from };
  const path = resolve(cwd, word);
  if (/\.argon$/.test(path)) return { address: path, folder: path, from };
  if (isFolder(join(path, STORE_FOLDER))) return readAddress(join(path, STORE_FOLDER), cwd, from);
  if (existsSync(join(path, 'data.mdb'))) return { address: `lmdb:${path}`, folder: path, from };
  return { address: word, folder: undefined, from };
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

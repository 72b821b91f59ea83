import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { RootDatabase } from 'lmdb';
import { NotAStoreError } from '../errors';
import { lmdbFailure } from './failure';
import { DATA_FILE } from './place';

/**
 * Copies a store into another folder, without the pages that are free: LMDB uses those again, but gives no disk space
 * back. Others may write meanwhile; the copy is as of its beginning. Returns its bytes.
 * @throws NotAStoreError if something is in that folder already
 */
export async function compactCopy(db: RootDatabase<Buffer, Buffer>, path: string): Promise<number> {
  const folder = resolve(path);
  const location = `lmdb:${path}`;
  const data = join(folder, DATA_FILE);
  if (existsSync(data)) throw new NotAStoreError(location, 'something is there already, and is not replaced');
  try {
    mkdirSync(folder, { recursive: true });
    await db.backup(folder, true);
    return statSync(data).size;
  } catch (error) {
    // A part of a copy is no store.
    rmSync(data, { force: true });
    throw lmdbFailure(location, error);
  }
}

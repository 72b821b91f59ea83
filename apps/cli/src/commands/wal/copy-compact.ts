import { mkdir, readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Store } from '@argon/wal';
import type { LmdbStore } from '@argon/wal/lmdb';
import type { CommandContext } from '../../cli/context';
import { UsageError } from '../../errors/errors';
import { FileUnwritableError, FolderNotEmptyError } from '../../errors/file-errors';
import { byteSize } from '../../render/numbers';
import type { Session } from '../../store/session';

/** Options that say what to drop, where a copy drops nothing. */
const OTHERS = ['project', 'branch', 'before', 'dryRun', 'yes'] as const;

/**
 * Copies an LMDB store into a folder of its own, without the space that is free in it.
 * @throws UsageError, FolderNotEmptyError, FileUnwritableError, and the store's own errors
 */
export async function copyCompact(context: CommandContext, session: Session, folder: string): Promise<void> {
  const { given, output, terminal } = context;
  const other = OTHERS.find((name) => given.text(name) !== undefined || given.flag(name));
  if (other !== undefined) {
    throw new UsageError('--copy drops nothing and copies the whole store, so it stands alone.');
  }
  const { store } = session;
  if (!isLmdb(store)) {
    throw new UsageError(`--copy is for LMDB stores, whose files do not shrink; this is ${store.location}.`);
  }
  if (folder === '') throw new UsageError('--copy takes a folder.');
  const path = resolve(terminal.cwd, folder);
  await makeEmpty(path);
  const before = await store.size();
  const bytes = await store.compactCopy(path);
  await output.result({ copy: { path, bytes, before } }, () => [
    `Store copied: ${path} (${byteSize(bytes)}; ${byteSize(before)} before)`,
    `To use it: --store ${folder}`,
  ]);
}

function isLmdb(store: Store): store is LmdbStore {
  return store.kind === 'lmdb';
}

async function makeEmpty(path: string): Promise<void> {
  let names: readonly string[];
  try {
    await mkdir(path, { recursive: true });
    names = await readdir(path);
  } catch (error) {
    throw new FileUnwritableError(path, error);
  }
  if (names.length > 0) throw new FolderNotEmptyError(path);
}

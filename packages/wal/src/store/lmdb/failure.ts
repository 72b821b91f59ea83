import { closeSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { ArgonError } from '../../errors';
import {
  StoreAccessError,
  StoreCorruptError,
  StoreFullError,
  StoreIoError,
  StoreLockedError,
} from '../errors';
import { DATA_FILE } from './place';

const { errno } = constants;
const PROBE_BYTES = 1 << 20;

// LMDB's return codes, from lmdb.h.
const MDB_PAGE_NOTFOUND = -30797;
const MDB_CORRUPTED = -30796;
const MDB_PANIC = -30795;
const MDB_VERSION_MISMATCH = -30794;
const MDB_INVALID = -30793;
const MDB_MAP_FULL = -30792;
const MDB_READERS_FULL = -30790;

const DAMAGED = new Set([MDB_PAGE_NOTFOUND, MDB_CORRUPTED, MDB_PANIC, MDB_VERSION_MISMATCH, MDB_INVALID]);
const FULL = new Set<unknown>([MDB_MAP_FULL, errno.ENOSPC, errno.EDQUOT, errno.EFBIG]);
const FULL_NAMES = new Set<unknown>(['ENOSPC', 'EDQUOT', 'EFBIG']);
const IO_NAMES = new Set<unknown>(['EIO', 'ENXIO']);
const ACCESS = new Set<unknown>([errno.EACCES, errno.EPERM, errno.EROFS, 'EACCES', 'EPERM', 'EROFS']);

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What failed natively, in Argon's words; anything that is not LMDB's or the system's passes through. */
export function lmdbFailure(location: string, error: unknown): unknown {
  if (error instanceof ArgonError) return error;
  if (error instanceof RangeError) return new StoreCorruptError(location, error.message, error);
  const code = codeOf(error);
  if (typeof code !== 'number' && ![FULL_NAMES, IO_NAMES, ACCESS].some((names) => names.has(code)))
    return error;
  const message = messageOf(error);
  if (FULL.has(code) || FULL_NAMES.has(code)) return new StoreFullError(location, error);
  if (ACCESS.has(code)) return new StoreAccessError(location, message, error);
  if (DAMAGED.has(code as number)) return new StoreCorruptError(location, message, error);
  if (code === MDB_READERS_FULL) {
    return new StoreLockedError(location, 'too many processes have it open (no reader slot is free)', error);
  }
  return new StoreIoError(location, message, error);
}

/**
 * The reason of a failed commit. In the background, lmdb-js rejects with a general error whose `commitError` is a promise
 * that rejects with the real one, a moment later. LMDB says EIO when only a part could be written, which mostly was the
 * last room on a disk; whether it was is tried out.
 */
export async function commitFailure(location: string, folder: string, error: unknown): Promise<unknown> {
  const detail = (error as { commitError?: Promise<unknown> } | null)?.commitError;
  const reason =
    (await detail?.then(
      () => error,
      (cause: unknown) => cause,
    )) ?? error;
  if (codeOf(reason) === errno.EIO && !hasRoom(folder)) return new StoreFullError(location, reason);
  const failure = lmdbFailure(location, reason);
  if (detail === undefined || failure instanceof ArgonError) return failure;
  return new StoreIoError(location, messageOf(reason), reason);
}

/** Whether a file as long as the data file could grow by a little. */
function hasRoom(folder: string): boolean {
  const probe = join(folder, `room-${process.pid}.tmp`);
  const bytes = Buffer.alloc(PROBE_BYTES);
  let file: number | undefined;
  try {
    file = openSync(probe, 'wx');
    return writeSync(file, bytes, 0, bytes.length, statSync(join(folder, DATA_FILE)).size) === bytes.length;
  } catch {
    return false;
  } finally {
    if (file !== undefined) closeSync(file);
    rmSync(probe, { force: true });
  }
}

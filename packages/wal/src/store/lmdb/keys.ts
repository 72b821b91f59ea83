import type { Lsn } from '../../entry/entry';

/*
 * Keys of the one LMDB database. The first byte is the kind; numbers are unsigned 64-bit, big endian, so that the
 * order of keys is theirs.
 *
 *   c, d, e                    chunks and snapshots: chunks/layout.ts
 *   f                          the format: JSON {"argon": version}
 *   h                          the hot list: chunks/layout.ts
 *   m place                    how a process did in a minute, in a ring: perf-store.ts
 *   n name                     a live project's id
 *   p project id               a project record
 *   r project id, name         a live branch's id
 *   s                          the last LSN handed out, u64
 *   t branch id, 0             a branch record
 *   t branch id, LSN           entries up to this one (blocks/layout.ts): a branch's chain is one range
 *
 * New branches come last of all, with their first entry beside them, and nothing may lie behind: LMDB fills pages that
 * grow at the end, and leaves those half empty that grow in the middle.
 */
const TWO_32 = 2 ** 32;

export const FORMAT_KEY = Buffer.from('f');
export const LAST_LSN_KEY = Buffer.from('s');

export function writeU64BE(target: Buffer, value: number, at: number): void {
  target.writeUInt32BE(Math.floor(value / TWO_32), at);
  target.writeUInt32BE(value % TWO_32, at + 4);
}

export function readU64BE(source: Buffer, at: number): number {
  return source.readUInt32BE(at) * TWO_32 + source.readUInt32BE(at + 4);
}

export function u64(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  writeU64BE(bytes, value, 0);
  return bytes;
}

/** What lies under `LAST_LSN_KEY`, which is nothing in a new store. */
export function readLastLsn(stored: Buffer | undefined): Lsn {
  return stored === undefined ? 0 : readU64BE(stored, 0);
}

function keyOf(kind: string, ...numbers: number[]): Buffer {
  const key = Buffer.allocUnsafe(1 + 8 * numbers.length);
  key[0] = kind.charCodeAt(0);
  numbers.forEach((number, i) => writeU64BE(key, number, 1 + 8 * i));
  return key;
}

export function perfKey(place: number): Buffer {
  return keyOf('m', place);
}

export function projectKey(id: number): Buffer {
  return keyOf('p', id);
}

export function projectNameKey(name: string): Buffer {
  return Buffer.from(`n${name}`, 'utf8');
}

/** All live projects' names lie from the first of these keys up to the second, exclusive. */
export const PROJECT_NAMES: readonly [Buffer, Buffer] = [Buffer.from('n'), Buffer.from('o')];

export function branchKey(id: number): Buffer {
  return keyOf('t', id, 0);
}

/** The branch whose record, or entry, lies under a key. */
export function branchOfKey(key: Buffer): number {
  return readU64BE(key, 1);
}

export function branchNameKey(projectId: number, name: string): Buffer {
  return Buffer.concat([keyOf('r', projectId), Buffer.from(name, 'utf8')]);
}

/** A project's live branches' names lie between these. */
export function branchNames(projectId: number): readonly [Buffer, Buffer] {
  return [keyOf('r', projectId), keyOf('r', projectId + 1)];
}

export function entryKey(branchId: number, lsn: Lsn): Buffer {
  return keyOf('t', branchId, lsn);
}

const scratch = keyOf('t', 0, 0);

/** The same key in a buffer that the next call overwrites; for calls that copy it at once. */
export function scratchEntryKey(branchId: number, lsn: Lsn): Buffer {
  writeU64BE(scratch, branchId, 1);
  writeU64BE(scratch, lsn, 9);
  return scratch;
}

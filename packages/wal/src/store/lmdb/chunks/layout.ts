import type { Lsn } from '../../../entry/entry';
import type { ChunkHash } from '../../chunks';
import { HASH_BYTES } from '../../chunk-hash';
import { writeU64BE } from '../keys';

/*
 * Chunks and snapshots in the one LMDB database, beside the log:
 *
 *   c hash               20 bytes hash, putAt u48, size u32, first piece u48: what a list tells, and what putting again
 *                        renews without touching the bytes
 *   d                    the last piece's number, u64
 *   d number u64         a piece of a chunk's bytes; the pieces of a chunk follow each other
 *   e branch id, LSN     a snapshot record: JSON
 *   h                    the hot list, as it was given
 *
 * In pieces, because LMDB gives a value of more than half a page whole pages of its own; and numbered as they come,
 * because it fills pages that grow at their end, and leaves those part empty that grow anywhere.
 */

/** Eight to a page, with their keys. */
export const PIECE_BYTES = 490;

const META_BYTES = HASH_BYTES + 16;
const CHUNK_KIND = 'c'.charCodeAt(0);
const PIECE_KIND = 'd'.charCodeAt(0);
const SNAPSHOT_KIND = 'e'.charCodeAt(0);

export function chunkKey(hash: ChunkHash): Buffer {
  // Filled with zeros: what is not a hash leaves a part of it as it was.
  const key = Buffer.alloc(1 + HASH_BYTES);
  key[0] = CHUNK_KIND;
  key.write(hash, 1, 'hex');
  return key;
}

/** All chunks lie from the first of these keys up to the second, exclusive. */
export const CHUNK_KEYS: readonly [Buffer, Buffer] = [
  Buffer.from([CHUNK_KIND]),
  Buffer.from([CHUNK_KIND + 1]),
];

/** The key that comes right after a chunk's. */
export function afterChunkKey(hash: ChunkHash): Buffer {
  return Buffer.concat([chunkKey(hash), Buffer.of(0)]);
}

export const LAST_PIECE_KEY = Buffer.from([PIECE_KIND]);

export function pieceKey(number: number): Buffer {
  const key = Buffer.allocUnsafe(9);
  key[0] = PIECE_KIND;
  writeU64BE(key, number, 1);
  return key;
}

/** The same buffer with another piece's key. */
export function setPiece(key: Buffer, number: number): Buffer {
  writeU64BE(key, number, 1);
  return key;
}

export function pieceCount(size: number): number {
  return Math.ceil(size / PIECE_BYTES);
}

export function encodeMeta(hash: ChunkHash, putAt: number, size: number, firstPiece: number): Buffer {
  const meta = Buffer.allocUnsafe(META_BYTES);
  meta.write(hash, 0, 'hex');
  meta.writeUIntBE(putAt, HASH_BYTES, 6);
  meta.writeUInt32BE(size, HASH_BYTES + 6);
  meta.writeUIntBE(firstPiece, HASH_BYTES + 10, 6);
  return meta;
}

export function readPutAt(meta: Buffer): number {
  return meta.readUIntBE(HASH_BYTES, 6);
}

export function readSize(meta: Buffer): number {
  return meta.readUInt32BE(HASH_BYTES + 6);
}

export function readFirstPiece(meta: Buffer): number {
  return meta.readUIntBE(HASH_BYTES + 10, 6);
}

export function readHash(meta: Buffer): ChunkHash {
  return meta.toString('hex', 0, HASH_BYTES);
}

export const HOT_LIST_KEY = Buffer.from('h');

export function snapshotKey(branchId: number, lsn: Lsn): Buffer {
  const key = Buffer.allocUnsafe(17);
  key[0] = SNAPSHOT_KIND;
  writeU64BE(key, branchId, 1);
  writeU64BE(key, lsn, 9);
  return key;
}

/** All snapshots lie from the first of these keys up to the second, exclusive. */
export const SNAPSHOT_KEYS: readonly [Buffer, Buffer] = [
  Buffer.from([SNAPSHOT_KIND]),
  Buffer.from([SNAPSHOT_KIND + 1]),
];

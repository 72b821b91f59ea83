import { join } from 'node:path';
import { isChunkHash } from '../chunk-hash';
import type { ChunkHash, StoredChunk } from '../chunks';

/*
 * chunks/<2 digits of the hash>/<1 digit>/<37 digits>-<putAt>-<size>
 *
 * When it was put is part of the name, so that renewing is one rename and removing what is old one unlink of exactly
 * that name: whoever comes second finds it gone, and neither undoes the other.
 */

/** The folder in which a chunk lies, relative to the store's. */
export function folderOf(hash: ChunkHash): string {
  if (!isChunkHash(hash)) throw new RangeError(`${JSON.stringify(hash)} is not a chunk's hash`);
  return join('chunks', hash.slice(0, 2), hash.slice(2, 3));
}

export function nameOf({ hash, putAt, size }: StoredChunk): string {
  return `${hash.slice(3)}-${putAt}-${size}`;
}

const NAME = /^([0-9a-f]{37})-(\d+)-(\d+)$/;

/** What a name in the folder of these digits tells; undefined if it is something else's. */
export function readName(digits: string, name: string): StoredChunk | undefined {
  const match = NAME.exec(name);
  if (match === null) return undefined;
  return { hash: digits + match[1]!, putAt: Number(match[2]), size: Number(match[3]) };
}

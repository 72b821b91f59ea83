import { hash } from 'node:crypto';
import type { ChunkHash } from './chunks';

/** Bytes of a hash. */
export const HASH_BYTES = 20;

/** What a chunk of these bytes is known by. */
export function chunkHash(bytes: Uint8Array): ChunkHash {
  return hash('sha256', bytes, 'hex').slice(0, 2 * HASH_BYTES);
}

export function isChunkHash(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

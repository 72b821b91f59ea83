import { createHash } from 'node:crypto';
import { chunkHash } from '../store/chunk-hash';
import type { Chunk, ChunkStore, StoredChunk } from '../store/chunks';

/** A chunk whose bytes follow from its name and size, and from nothing else. */
export function chunkOf(name: string, size = 1500): Chunk {
  const bytes = new Uint8Array(size);
  for (let at = 0, n = 0; at < size; n++) {
    const block = createHash('sha512').update(`${name} ${n}`).digest();
    bytes.set(block.subarray(0, size - at), at);
    at += block.length;
  }
  return { hash: chunkHash(bytes), bytes };
}

export function hex(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString('hex');
}

/** All that a chunk store lists, by hash. */
export async function listed(chunks: ChunkStore): Promise<Map<string, StoredChunk>> {
  const all = new Map<string, StoredChunk>();
  for await (const batch of chunks.list()) {
    for (const chunk of batch) all.set(chunk.hash, chunk);
  }
  return all;
}

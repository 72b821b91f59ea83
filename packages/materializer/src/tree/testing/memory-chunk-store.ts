import type { Chunk, ChunkHash, ChunkStore, StoredChunk } from '@argon/wal';

/** Chunks in memory. Answers at once; counts what it is asked. */
export class MemoryChunkStore implements ChunkStore {
  readonly chunks = new Map<ChunkHash, Uint8Array>();
  readonly #putAt = new Map<ChunkHash, number>();
  /** Calls of get, chunks that were asked for, bytes that were put. */
  gets = 0;
  asked = 0;
  putBytes = 0;

  get(hashes: readonly ChunkHash[]): readonly (Uint8Array | undefined)[] {
    this.gets += 1;
    this.asked += hashes.length;
    return hashes.map((hash) => this.chunks.get(hash));
  }

  put(chunks: readonly Chunk[]): Promise<void> {
    for (const { hash, bytes } of chunks) {
      this.chunks.set(hash, bytes);
      this.#putAt.set(hash, Date.now());
      this.putBytes += bytes.length;
    }
    return Promise.resolve();
  }

  async *list(): AsyncGenerator<readonly StoredChunk[], void, undefined> {
    yield [...this.chunks].map(([hash, { length }]) => ({
      hash,
      size: length,
      putAt: this.#putAt.get(hash)!,
    }));
  }

  remove(hashes: readonly ChunkHash[], before: number): Promise<number> {
    let removed = 0;
    for (const hash of hashes) {
      if ((this.#putAt.get(hash) ?? before) >= before) continue;
      this.chunks.delete(hash);
      this.#putAt.delete(hash);
      removed += 1;
    }
    return Promise.resolve(removed);
  }
}

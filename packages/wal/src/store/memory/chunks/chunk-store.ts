import { groupsOf } from '../../chunk-batches';
import type { Chunk, ChunkHash, ChunkStore, StoredChunk } from '../../chunks';

/** Of how many chunks a batch of a list tells. */
const LIST_BATCH = 1000;

export interface MemoryChunkStoreOptions {
  /** The clock, ms since the epoch. */
  readonly now?: () => number;
  /** Called before each operation; throws if it may not be. */
  readonly checkOpen?: () => void;
}

/** Chunks in this process's memory. */
export class MemoryChunkStore implements ChunkStore {
  readonly #chunks = new Map<ChunkHash, { readonly bytes: Uint8Array; putAt: number }>();
  readonly #now: () => number;
  readonly #checkOpen: () => void;

  constructor(options: MemoryChunkStoreOptions = {}) {
    this.#now = options.now ?? Date.now;
    this.#checkOpen = options.checkOpen ?? (() => undefined);
  }

  get(hashes: readonly ChunkHash[]): readonly (Uint8Array | undefined)[] {
    this.#checkOpen();
    return hashes.map((hash) => this.#chunks.get(hash)?.bytes);
  }

  async put(chunks: readonly Chunk[]): Promise<void> {
    this.#checkOpen();
    const putAt = this.#now();
    for (const { hash, bytes } of chunks) {
      const there = this.#chunks.get(hash);
      if (there) there.putAt = Math.max(there.putAt, putAt);
      // A copy of its own: what is put may be a view into a buffer that is used again.
      else this.#chunks.set(hash, { bytes: new Uint8Array(bytes), putAt });
    }
  }

  async *list(): AsyncGenerator<readonly StoredChunk[], void, undefined> {
    this.#checkOpen();
    const all = [...this.#chunks].map(([hash, { bytes, putAt }]) => ({ hash, size: bytes.length, putAt }));
    yield* groupsOf(all, LIST_BATCH);
  }

  async remove(hashes: readonly ChunkHash[], before: number): Promise<number> {
    this.#checkOpen();
    let removed = 0;
    for (const hash of hashes) {
      const there = this.#chunks.get(hash);
      if (there === undefined || there.putAt >= before) continue;
      this.#chunks.delete(hash);
      removed += 1;
    }
    return removed;
  }
}

import { chunkHash, type Chunk, type ChunkHash, type ChunkStore } from '@argon/wal';

/**
 * The chunks that there are, and in memory those that a trial snapshot would add. Of a sound store a trial adds next to none,
 * as the same content has the same chunks.
 */
export class ScratchChunks implements ChunkStore {
  readonly #added = new Map<ChunkHash, Uint8Array>();

  constructor(private readonly store: ChunkStore) {}

  async get(hashes: readonly ChunkHash[]): Promise<readonly (Uint8Array | undefined)[]> {
    const found = await this.store.get(hashes);
    return found.map((bytes, i) => this.#added.get(hashes[i]!) ?? bytes);
  }

  async put(chunks: readonly Chunk[]): Promise<void> {
    const found = await this.store.get(chunks.map(({ hash }) => hash));
    for (const [i, { hash, bytes }] of chunks.entries()) {
      const there = found[i];
      if (there === undefined || chunkHash(there) !== hash) this.#added.set(hash, bytes);
    }
  }

  list: ChunkStore['list'] = async function* () {
    // A trial lists nothing.
  };

  remove(): Promise<number> {
    return Promise.resolve(0);
  }
}

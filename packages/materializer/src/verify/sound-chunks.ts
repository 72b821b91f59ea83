import { chunkHash, type ChunkHash, type ChunkStore } from '@argon/wal';
import { ChunkDamagedError, ChunkMissingError } from '../tree/errors';

/** Reads chunks past every cache, and checks that their bytes are what they are called by. Counts each chunk once. */
export class SoundChunks {
  chunks = 0;
  bytes = 0;
  readonly #counted = new Set<ChunkHash>();

  constructor(
    private readonly store: ChunkStore,
    private readonly onRead: () => void,
  ) {}

  /** @throws ChunkMissingError, ChunkDamagedError */
  async get(hashes: readonly ChunkHash[]): Promise<readonly Uint8Array[]> {
    const found = await this.store.get(hashes);
    this.onRead();
    return found.map((bytes, i) => {
      const hash = hashes[i]!;
      if (bytes === undefined) throw new ChunkMissingError(hash);
      if (chunkHash(bytes) !== hash)
        throw new ChunkDamagedError(hash, 'its bytes are not those that were put');
      if (!this.#counted.has(hash)) {
        this.#counted.add(hash);
        this.chunks += 1;
        this.bytes += bytes.length;
      }
      return bytes;
    });
  }

  /** Whether these bytes were found to be sound. */
  has(hash: ChunkHash): boolean {
    return this.#counted.has(hash);
  }
}

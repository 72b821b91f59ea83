import { setTimeout } from 'node:timers/promises';
import type { Chunk, ChunkHash, ChunkStore, StoredChunk } from '@argon/wal';

/** Another chunk store, answering later: after a microtask, a turn of the event loop or a millisecond, by turns. */
export class DelayedChunkStore implements ChunkStore {
  #turn = 0;

  constructor(private readonly beneath: ChunkStore) {}

  async #delay(): Promise<void> {
    this.#turn += 1;
    if (this.#turn % 3 === 1) await setTimeout(this.#turn % 2);
    else if (this.#turn % 3 === 2) await new Promise((resolve) => setImmediate(resolve));
  }

  async get(hashes: readonly ChunkHash[]): Promise<readonly (Uint8Array | undefined)[]> {
    await this.#delay();
    return this.beneath.get(hashes);
  }

  async put(chunks: readonly Chunk[]): Promise<void> {
    await this.#delay();
    await this.beneath.put(chunks);
  }

  list(): AsyncIterable<readonly StoredChunk[]> {
    return this.beneath.list();
  }

  remove(hashes: readonly ChunkHash[], before: number): Promise<number> {
    return this.beneath.remove(hashes, before);
  }
}

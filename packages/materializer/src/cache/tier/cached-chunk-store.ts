import { type Chunk, type ChunkHash, chunkHash, type ChunkStore, type MaybePromise } from '@argon/wal';
import { copyOf } from './seal';
import type { SharedTier } from './shared-tier';

const keyOf = (hash: ChunkHash) => `c:${hash}`;

/**
 * A chunk store with a shared cache before it. A chunk is known by the hash of its bytes, which is checked; so all stores
 * may share one cache, and whoever can write to it can do no more than waste time.
 *
 * For stores that answer later: one that answers at once is faster than any cache that is not in this process. Listing
 * and removing concern the store alone; what was removed from it may still be found in the cache.
 */
export function cachedChunkStore(chunks: ChunkStore, tier: SharedTier): ChunkStore {
  const keep = (list: readonly Chunk[]): void => {
    tier.write(list.map(({ hash, bytes }) => ({ key: keyOf(hash), value: bytes })));
  };

  async function fill(
    hashes: readonly ChunkHash[],
    cached: readonly (Uint8Array | undefined)[],
  ): Promise<readonly (Uint8Array | undefined)[]> {
    const missing = hashes.filter((_, i) => cached[i] === undefined);
    if (missing.length === 0) return cached;
    const found = await chunks.get(missing);
    keep(
      missing.flatMap((hash, i) => {
        const bytes = found[i];
        return bytes ? [{ hash, bytes }] : [];
      }),
    );
    let next = 0;
    return cached.map((bytes) => bytes ?? found[next++]);
  }

  return {
    get(hashes): MaybePromise<readonly (Uint8Array | undefined)[]> {
      const asked = tier.read(hashes.map(keyOf), (value, i) =>
        chunkHash(value) === hashes[i] ? copyOf(value) : undefined,
      );
      return asked ? asked.then((cached) => fill(hashes, cached)) : chunks.get(hashes);
    },
    async put(list) {
      await chunks.put(list);
      // Copies: the caller may use its buffers again before they are written.
      keep(list.map(({ hash, bytes }) => ({ hash, bytes: copyOf(bytes) })));
    },
    list: () => chunks.list(),
    remove: (hashes, before) => chunks.remove(hashes, before),
  };
}

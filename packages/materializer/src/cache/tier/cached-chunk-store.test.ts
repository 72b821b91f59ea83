import { chunkHash } from '@argon/wal';
import { chunkStoreCompliance } from '@argon/wal/testing';
import { MemoryChunkStore } from '@argon/wal/memory';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cachedChunkStore } from './cached-chunk-store';
import { SharedTier } from './shared-tier';
import { damaged, FickleCache } from './testing/fickle-cache';

const chunkOf = (text: string) => {
  const bytes = new TextEncoder().encode(text.repeat(100));
  return { hash: chunkHash(bytes), bytes };
};

for (const mood of ['well', 'failing', 'silent', 'lying'] as const) {
  chunkStoreCompliance({
    name: `a chunk store behind a cache that is ${mood}`,
    open: async (now) => {
      // Removing has to be seen at once in the tests; the cache may still have what is gone.
      const cache = new FickleCache();
      cache.mood = mood;
      if (mood === 'well') cache.getMany = async (keys) => keys.map(() => undefined);
      const tier = new SharedTier(cache, { timeoutMs: 5 });
      const store = cachedChunkStore(new MemoryChunkStore({ now }), tier);
      return { store, dispose: () => tier.close() };
    },
    test: { describe, it },
  });
}

describe('cachedChunkStore', () => {
  let cache: FickleCache;
  let tier: SharedTier;
  const behind = new MemoryChunkStore();
  const [a, b] = [chunkOf('a'), chunkOf('b')];
  beforeEach(() => {
    cache = new FickleCache();
    tier = new SharedTier(cache, { timeoutMs: 20, pauseMs: 10 });
  });
  afterEach(() => tier.close());

  it('asks the store only for what the cache has not, and fills the cache', async () => {
    await behind.put([a, b]);
    const chunks = cachedChunkStore(behind, tier);
    const get = vi.spyOn(behind, 'get');
    expect(await chunks.get([a.hash])).toEqual([a.bytes]);
    await tier.idle();
    expect(await chunks.get([b.hash, a.hash, 'f'.repeat(40)])).toEqual([
      b.bytes,
      Buffer.from(a.bytes),
      undefined,
    ]);
    expect(get.mock.calls).toEqual([[[a.hash]], [[b.hash, 'f'.repeat(40)]]]);
    await tier.idle();
    await chunks.get([a.hash, b.hash]);
    expect(get).toHaveBeenCalledTimes(2);
    get.mockRestore();
  });

  it('other processes find in the cache what one has put', async () => {
    await cachedChunkStore(new MemoryChunkStore(), tier).put([a]);
    await tier.idle();
    const other = cachedChunkStore(new MemoryChunkStore(), tier);
    expect(await other.get([a.hash])).toEqual([Buffer.from(a.bytes)]);
  });

  it('never gives other bytes, and mends what is damaged', async () => {
    await behind.put([a, b]);
    const chunks = cachedChunkStore(behind, tier);
    await chunks.get([a.hash, b.hash]);
    await tier.idle();
    cache.values.set(`c:${a.hash}`, damaged(cache.values.get(`c:${a.hash}`)!));
    cache.values.set(`c:${b.hash}`, a.bytes);
    expect(await chunks.get([a.hash, b.hash])).toEqual([a.bytes, b.bytes]);
    expect(tier.stats().corrupt).toBe(2);
    await tier.idle();
    expect(await chunks.get([a.hash, b.hash])).toEqual([Buffer.from(a.bytes), Buffer.from(b.bytes)]);
    expect(tier.stats().hits).toBe(2);
  });

  it('answers as the store does while the cache is left alone', async () => {
    await behind.put([a]);
    const chunks = cachedChunkStore(behind, tier);
    cache.mood = 'failing';
    for (let i = 0; i < 3; i++) expect(await chunks.get([a.hash])).toEqual([a.bytes]);
    expect(chunks.get([a.hash])).toEqual([a.bytes]);
  });

  it('lets the store’s own failures through', async () => {
    const failing = new MemoryChunkStore({
      checkOpen: () => {
        throw new Error('closed');
      },
    });
    await expect(async () => cachedChunkStore(failing, tier).get([a.hash])).rejects.toThrow('closed');
    await expect(cachedChunkStore(failing, tier).put([a])).rejects.toThrow('closed');
    expect(cache.writes).toBe(0);
  });
});

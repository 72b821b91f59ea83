import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { chunkHash, type ChunkStore } from '@argon/wal';
import { MemoryChunkStore } from '@argon/wal/memory';
import { redisOrSkip, type RedisServer, startRedis } from '@argon/tools-redis';
import { createClient } from 'redis';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cachedChunkStore } from '../cached-chunk-store';
import { SharedTier, type SharedTierOptions } from '../shared-tier';
import { damaged } from '../testing/fickle-cache';
import { RedisCache, type RedisCacheOptions } from './redis-cache';

const redis = await redisOrSkip();

const chunks = Array.from({ length: 50 }, (_, i) => {
  const bytes = new Uint8Array(1500).map((_byte, at) => (i * 7 + at * 13) % 251);
  return { hash: chunkHash(bytes), bytes };
});
const hashes = chunks.map(({ hash }) => hash);

/** A store that takes a little time, as one over a network does. */
function remoteStore(): ChunkStore & { gets: number } {
  const behind = new MemoryChunkStore();
  return {
    gets: 0,
    async get(list) {
      this.gets += 1;
      await sleep(1);
      return behind.get(list);
    },
    put: (list) => behind.put(list),
    list: () => behind.list(),
    remove: (list, before) => behind.remove(list, before),
  };
}

const opened: { close(): Promise<void> }[] = [];
/** One's own for each test: others may use the same Redis. */
let keyPrefix: string;
let server: RedisServer;

beforeEach(() => {
  keyPrefix = `test:${randomUUID()}:`;
});
afterEach(async () => {
  for (const it of opened.splice(0).reverse()) await it.close();
});

async function startServer(): Promise<void> {
  server = await startRedis();
  const { stop } = server;
  opened.push({ close: stop });
}

const cacheOn = (url: string, options: RedisCacheOptions = {}) => {
  const cache = new RedisCache(url, options);
  opened.push(cache);
  return cache;
};
const tierOn = (url: string, options: SharedTierOptions = {}) => {
  const tier = new SharedTier(new RedisCache(url, { keyPrefix }), {
    timeoutMs: 50,
    pauseMs: 50,
    maxPauseMs: 200,
    ...options,
  });
  opened.push(tier);
  return tier;
};
/** Another client, to look behind it. */
const clientOf = async (url: string) => {
  const client = await createClient({ url }).connect();
  opened.push({ close: async () => client.destroy() });
  return client;
};
/** Reads all chunks, which must be right, whatever Redis does. */
const readAll = async (store: ChunkStore) => {
  const got = await store.get(hashes);
  for (const [i, { bytes }] of chunks.entries()) expect(Buffer.compare(got[i]!, bytes)).toBe(0);
};
/** Until Redis has answered a read: the connection is made in the background. */
const connected = (tier: SharedTier) =>
  vi.waitFor(async () => {
    const { errors, timeouts } = tier.stats();
    await tier.read(['nothing'], (value) => value);
    expect(tier.stats()).toMatchObject({ errors, timeouts, available: true });
  }, 10_000);

describe.skipIf(!redis)('RedisCache', () => {
  let url: string;
  beforeEach(async () => {
    if (!redis?.url) await startServer();
    url = redis?.url ?? server.url;
  });

  it('keeps bytes of every kind, under its prefix, for a time', async () => {
    const cache = cacheOn(url, { keyPrefix, ttlSeconds: 60 });
    const values = [
      new Uint8Array(0),
      new Uint8Array(256).map((_, i) => i),
      new Uint8Array(100_000).fill(13),
    ];
    const entries = values.map((value, i) => ({ key: `k${i}`, value }));
    await vi.waitFor(() => cache.setMany(entries), 10_000);
    const got = await cache.getMany(['k2', 'absent', 'k0', 'k1']);
    expect(got.map((value) => value && Buffer.from(value).toString('hex'))).toEqual(
      [values[2], undefined, values[0], values[1]].map(
        (value) => value && Buffer.from(value).toString('hex'),
      ),
    );
    const client = await clientOf(url);
    expect((await client.keys(`${keyPrefix}*`)).sort()).toEqual([0, 1, 2].map((i) => `${keyPrefix}k${i}`));
    const ttl = await client.ttl(`${keyPrefix}k0`);
    expect(ttl).toBeGreaterThan(50);
    expect(ttl).toBeLessThanOrEqual(60);
  });

  it('serves one process with what another has read', async () => {
    const [first, second] = [tierOn(url), tierOn(url)];
    const behind = remoteStore();
    await behind.put(chunks);
    await Promise.all([connected(first), connected(second)]);
    await readAll(cachedChunkStore(behind, first));
    await first.idle();
    expect(first.stats().written).toBe(50);
    const before = behind.gets;
    await readAll(cachedChunkStore(behind, second));
    expect(behind.gets).toBe(before);
    expect(second.stats().hits).toBe(50);
  });
});

describe.skipIf(!redis?.binary)('a Redis that dies, stands still, lies or is full', () => {
  beforeEach(startServer);

  it('everything goes on when Redis is killed, and it is used again when it is back', async () => {
    const tier = tierOn(server.url);
    const behind = remoteStore();
    await behind.put(chunks);
    const store = cachedChunkStore(behind, tier);
    await connected(tier);
    await readAll(store);
    await tier.idle();

    let running = true;
    let slowest = 0;
    let rounds = 0;
    const reading = (async () => {
      while (running) {
        const start = performance.now();
        await readAll(store);
        slowest = Math.max(slowest, performance.now() - start);
        rounds += 1;
        await sleep(5);
      }
    })();
    await sleep(100);
    await server.kill();
    await vi.waitFor(() => expect(tier.stats().available).toBe(false), 10_000);
    const dead = rounds;
    await vi.waitFor(() => expect(rounds).toBeGreaterThan(dead + 20), 10_000);
    const again = await startRedis({ port: server.port });
    opened.push({ close: () => again.stop() });
    // It has forgotten everything; soon it has it again.
    await vi.waitFor(() => expect(tier.stats().available).toBe(true), 20_000);
    const { hits } = tier.stats();
    await vi.waitFor(() => expect(tier.stats().hits).toBeGreaterThan(hits + 100), 20_000);
    running = false;
    await reading;
    expect(slowest).toBeLessThan(3000);
  });

  it('does not need Redis at all', async () => {
    await server.kill();
    const tier = tierOn(server.url);
    const store = cachedChunkStore(remoteStore(), tier);
    await store.put(chunks);
    const start = performance.now();
    for (let i = 0; i < 10; i++) await readAll(store);
    await tier.close();
    expect(performance.now() - start).toBeLessThan(5000);
    expect(tier.stats()).toMatchObject({ hits: 0, available: false });
  });

  it('a Redis that stands still delays a few reads a little', async () => {
    const tier = tierOn(server.url, { timeoutMs: 50, pauseMs: 10_000, maxPauseMs: 10_000 });
    const behind = remoteStore();
    await behind.put(chunks);
    const store = cachedChunkStore(behind, tier);
    await connected(tier);
    const { timeouts } = tier.stats();
    process.kill(server.pid, 'SIGSTOP');
    try {
      const start = performance.now();
      for (let i = 0; i < 20; i++) await readAll(store);
      expect(performance.now() - start).toBeLessThan(2000);
      expect(tier.stats()).toMatchObject({ timeouts: timeouts + 3, available: false });
    } finally {
      process.kill(server.pid, 'SIGCONT');
    }
  });

  it('corrupted values are passed over and replaced', async () => {
    const tier = tierOn(server.url);
    const behind = remoteStore();
    await behind.put(chunks);
    const store = cachedChunkStore(behind, tier);
    await connected(tier);
    await readAll(store);
    await tier.idle();
    const client = await clientOf(server.url);
    const keys = hashes.map((hash) => `${keyPrefix}c:${hash}`);
    await client.set(keys[0]!, Buffer.from(damaged(chunks[0]!.bytes)));
    await client.set(keys[1]!, '');
    await client.set(keys[2]!, Buffer.from(chunks[3]!.bytes));
    await client.del(keys[4]!);
    await client.lPush(keys[4]!, 'a list');
    await readAll(store);
    await readAll(store);
    await tier.idle();
    expect(tier.stats().corrupt).toBeGreaterThanOrEqual(3);
    const { hits } = tier.stats();
    await readAll(store);
    expect(tier.stats().hits).toBe(hits + 50);
  });

  it('goes on when Redis is full, whether it evicts or refuses', async () => {
    for (const policy of ['allkeys-lru', 'noeviction']) {
      const small = await startRedis({ args: ['--maxmemory', '1100kb', '--maxmemory-policy', policy] });
      const tier = tierOn(small.url);
      const behind = remoteStore();
      await behind.put(chunks);
      const store = cachedChunkStore(behind, tier);
      await connected(tier);
      const filler = Array.from({ length: 400 }, (_, i) => {
        const bytes = new Uint8Array(4000).fill(i % 251);
        bytes[0] = i >> 8;
        return { hash: chunkHash(bytes), bytes };
      });
      for (let i = 0; i < filler.length; i += 50) {
        await store.put(filler.slice(i, i + 50));
        await readAll(store);
        await tier.idle();
      }
      const got = await store.get(filler.map(({ hash }) => hash));
      expect(got.every((bytes, i) => Buffer.compare(bytes!, filler[i]!.bytes) === 0)).toBe(true);
      await readAll(store);
      const { available, dropped } = tier.stats();
      expect([policy, available, dropped > 0]).toEqual([policy, true, policy === 'noeviction']);
      await tier.close();
      await small.stop();
    }
  });
});

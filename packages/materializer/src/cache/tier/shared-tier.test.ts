import { afterEach, describe, expect, it, vi } from 'vitest';
import { SharedTier, type SharedTierOptions } from './shared-tier';
import { FickleCache } from './testing/fickle-cache';

const bytes = (text: string) => new TextEncoder().encode(text);
const asIs = (value: Uint8Array) => value;

describe('SharedTier', () => {
  let tier: SharedTier;
  /** Stands still until a test sets it: how long a pause took does not depend on the machine. */
  const clock = { now: 0 };
  const cacheWith = (options: SharedTierOptions = {}) => {
    const cache = new FickleCache();
    tier = new SharedTier(cache, { timeoutMs: 30, pauseMs: 20, now: () => clock.now, ...options });
    return cache;
  };
  afterEach(() => tier.close());

  it('gives back what was written, and counts', async () => {
    const cache = cacheWith();
    tier.write([
      { key: 'a', value: bytes('1') },
      { key: 'b', value: bytes('2') },
    ]);
    expect(tier.stats()).toMatchObject({ written: 0 });
    await tier.idle();
    expect(cache.writes).toBe(1);
    expect(await tier.read(['b', 'x', 'a'], asIs)).toEqual([bytes('2'), undefined, bytes('1')]);
    expect(tier.stats()).toEqual({
      hits: 2,
      misses: 1,
      corrupt: 0,
      skipped: 0,
      errors: 0,
      timeouts: 0,
      written: 2,
      dropped: 0,
      queuedBytes: 0,
      available: true,
    });
  });

  it('takes a value that is not accepted for absent', async () => {
    cacheWith();
    tier.write([{ key: 'a', value: bytes('1') }]);
    await tier.idle();
    expect(await tier.read(['a'], () => undefined)).toEqual([undefined]);
    expect(tier.stats()).toMatchObject({ hits: 0, misses: 1, corrupt: 1 });
  });

  it.each(['failing', 'silent'] as const)('leaves a %s cache alone, and comes back to it', async (mood) => {
    const cache = cacheWith();
    tier.write([{ key: 'a', value: bytes('1') }]);
    await tier.idle();
    cache.mood = mood;
    for (let i = 0; i < 3; i++) expect(await tier.read(['a'], asIs)).toEqual([undefined]);
    expect(tier.stats()).toMatchObject({
      available: false,
      misses: 3,
      [mood === 'failing' ? 'errors' : 'timeouts']: 3,
    });
    const { reads } = cache;
    expect(tier.read(['a'], asIs)).toBeUndefined();
    expect([cache.reads, tier.isAsked, tier.stats().skipped]).toEqual([reads, false, 1]);
    cache.mood = 'well';
    clock.now += 20;
    await vi.waitFor(async () => {
      expect(await tier.read(['a'], asIs)).toEqual([bytes('1')]);
    });
    expect(tier.stats().available).toBe(true);
  });

  it('waits no longer than it is told, and not at all for a trial', async () => {
    const cache = cacheWith({ timeoutMs: 20, failures: 2 });
    cache.mood = 'silent';
    const waited: boolean[] = [];
    for (let i = 0; i < 10; i++) {
      clock.now += 20;
      const reading = tier.read(['a'], asIs);
      waited.push(reading !== undefined);
      await reading;
    }
    // Two timeouts; then a trial, which nobody waits for.
    expect(waited).toEqual([true, true, ...Array<boolean>(8).fill(false)]);
    await vi.waitFor(() => expect(tier.stats().timeouts).toBe(3));
    expect(cache.reads).toBeGreaterThanOrEqual(3);
  });

  it('does not take its own standing still for the cache being slow', async () => {
    const cache = cacheWith({ timeoutMs: 10 });
    cache.delayMs = 2;
    const reading = tier.read(['a'], asIs);
    const until = performance.now() + 50;
    while (performance.now() < until);
    await reading;
    expect(tier.stats()).toMatchObject({ timeouts: 0, misses: 1 });
  });

  it('reads on where nothing can be written', async () => {
    const cache = cacheWith();
    tier.write([{ key: 'a', value: bytes('1') }]);
    await tier.idle();
    cache.isFull = true;
    for (let i = 0; i < 5; i++) {
      tier.write([{ key: `b${i}`, value: bytes('2') }]);
      await tier.idle();
    }
    expect(await tier.read(['a'], asIs)).toEqual([bytes('1')]);
    expect(tier.stats()).toMatchObject({ available: true, errors: 3, dropped: 5, queuedBytes: 0 });
  });

  it('drops what finds no room in the queue, and what is too large', async () => {
    const cache = cacheWith({ maxQueuedBytes: 5000, maxValueBytes: 2000 });
    tier.write(Array.from({ length: 100 }, (_, i) => ({ key: `k${i}`, value: new Uint8Array(800) })));
    tier.write([{ key: 'large', value: new Uint8Array(2001) }]);
    expect(tier.stats().queuedBytes).toBe(5000);
    await tier.idle();
    expect(cache.values.size).toBe(5);
    expect(tier.stats()).toMatchObject({ written: 5, dropped: 96, queuedBytes: 0 });
  });

  it('writes the same key once', async () => {
    const cache = cacheWith();
    for (let i = 0; i < 10; i++) tier.write([{ key: 'a', value: bytes('1') }]);
    await tier.idle();
    expect([cache.writes, tier.stats().written]).toEqual([1, 1]);
  });

  it('takes an answer that is too short for absence', async () => {
    const cache = cacheWith();
    cache.mood = 'short';
    expect(await tier.read(['a', 'b'], asIs)).toEqual([undefined, undefined]);
  });

  it('writes what waits when it is closed, and then asks no more', async () => {
    const cache = cacheWith();
    tier.write([{ key: 'a', value: bytes('1') }]);
    await Promise.all([tier.close(), tier.close()]);
    expect([cache.values.size, cache.closed]).toEqual([1, 1]);
    tier.write([{ key: 'b', value: bytes('2') }]);
    expect(tier.read(['a'], asIs)).toBeUndefined();
    expect(cache.values.size).toBe(1);
  });

  it.each(['failing', 'silent'] as const)('closes with a %s cache in bounded time', async (mood) => {
    const cache = cacheWith();
    cache.mood = mood;
    tier.write([{ key: 'a', value: bytes('1') }]);
    const start = performance.now();
    await tier.close();
    expect(performance.now() - start).toBeLessThan(3000);
  });
});

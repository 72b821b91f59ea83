import assert from 'node:assert/strict';
import type { ChunkStore } from '../store/chunks';
import { chunkOf, hex, listed } from './chunk-content';
import type { ChunkStoreSubject, OpenedPart } from './subject';

/** The clock of a test. */
interface Clock {
  now: number;
}

/**
 * What every chunk store must do; see the rules at `ChunkStore`. Declares the tests with the framework that the
 * subject brings.
 *
 * @example
 * import { describe, it } from 'vitest';
 * import { chunkStoreCompliance } from '@argon/wal/testing';
 *
 * chunkStoreCompliance({
 *   name: 'my bucket',
 *   open: async (now) => {
 *     const bucket = await newBucket();
 *     const handle = async () => new MyChunkStore(bucket, { now });
 *     return { store: await handle(), openAnother: handle, dispose: () => bucket.remove() };
 *   },
 *   test: { describe, it },
 * });
 */
export function chunkStoreCompliance(subject: ChunkStoreSubject): void {
  subject.test.describe(`${subject.name} keeps what chunk stores promise`, () => {
    contentTests(subject);
    ageTests(subject);
    handleTests(subject);
  });
}

function onChunks(
  subject: ChunkStoreSubject,
  name: string,
  body: (chunks: ChunkStore, clock: Clock, opened: OpenedPart<ChunkStore>) => Promise<void>,
): void {
  subject.test.it(name, async () => {
    const clock = { now: 1_700_000_000_000 };
    const opened = await subject.open(() => clock.now);
    try {
      await body(opened.store, clock, opened);
    } finally {
      await opened.dispose();
    }
  });
}

function contentTests(subject: ChunkStoreSubject): void {
  onChunks(subject, 'gives the bytes that were put, in the order asked for', async (chunks) => {
    const [a, b, c] = [chunkOf('a'), chunkOf('b', 3000), chunkOf('c', 500)];
    await chunks.put([a, b, c]);
    const got = await chunks.get([c.hash, chunkOf('absent').hash, a.hash, b.hash, a.hash]);
    assert.deepEqual(got.map(hex), [hex(c.bytes), undefined, hex(a.bytes), hex(b.bytes), hex(a.bytes)]);
    assert.deepEqual(await chunks.get([]), []);
    await chunks.put([]);
    await chunks.put([b, b]);
    assert.equal((await listed(chunks)).size, 3);
  });

  onChunks(subject, 'takes chunks of every size', async (chunks) => {
    const sizes = [0, 1, 489, 490, 491, 1980, 2047, 4096, 16_384, 100_000, 1_000_000];
    const all = sizes.map((size) => chunkOf(`size ${size}`, size));
    await chunks.put(all);
    const got = await chunks.get(all.map(({ hash }) => hash));
    for (const [i, { bytes }] of all.entries()) {
      assert.ok(Buffer.from(bytes).equals(Buffer.from(got[i]!)), `${sizes[i]} bytes`);
    }
    const sizesListed = [...(await listed(chunks)).values()].map(({ size }) => size);
    assert.deepEqual(
      sizesListed.sort((x, y) => x - y),
      sizes,
    );
  });

  onChunks(subject, 'keeps what it was given, whatever becomes of the buffer', async (chunks) => {
    const chunk = chunkOf('a');
    const buffer = Buffer.alloc(4000, 7);
    buffer.set(chunk.bytes, 1000);
    await chunks.put([{ hash: chunk.hash, bytes: buffer.subarray(1000, 1000 + chunk.bytes.length) }]);
    buffer.fill(0);
    const [got] = await chunks.get([chunk.hash]);
    await chunks.get([chunkOf('other').hash]);
    assert.equal(hex(got), hex(chunk.bytes));
  });

  onChunks(subject, 'takes many at once and lists them all', async (chunks) => {
    const all = Array.from({ length: 2500 }, (_, i) => chunkOf(`chunk ${i}`, 100 + (i % 50)));
    await chunks.put(all);
    const list = await listed(chunks);
    assert.deepEqual([...list.keys()].sort(), all.map(({ hash }) => hash).sort());
    for (const { hash, bytes } of all) assert.equal(list.get(hash)!.size, bytes.length);
    const got = await chunks.get(all.map(({ hash }) => hash));
    assert.ok(got.every((bytes, i) => hex(bytes) === hex(all[i]!.bytes)));
    const half = all.slice(0, 1250).map(({ hash }) => hash);
    assert.equal(await chunks.remove(half, Number.MAX_SAFE_INTEGER / 1024), 1250);
    assert.equal((await listed(chunks)).size, 1250);
  });
}

function ageTests(subject: ChunkStoreSubject): void {
  onChunks(subject, 'removes what was put before a time, and nothing else', async (chunks, clock) => {
    const [old, young] = [chunkOf('old'), chunkOf('young')];
    await chunks.put([old]);
    clock.now += 1000;
    await chunks.put([young]);
    const absent = chunkOf('absent');
    assert.equal(await chunks.remove([old.hash, young.hash, absent.hash, old.hash], clock.now), 1);
    const got = await chunks.get([old.hash, young.hash]);
    assert.deepEqual(got.map(hex), [undefined, hex(young.bytes)]);
    assert.deepEqual([...(await listed(chunks)).keys()], [young.hash]);
    assert.equal(await chunks.remove([old.hash], clock.now), 0);
  });

  onChunks(subject, 'putting again renews the time, and gives no second copy', async (chunks, clock) => {
    const chunk = chunkOf('a');
    await chunks.put([chunk]);
    const firstPut = clock.now;
    clock.now += 60_000;
    await chunks.put([chunk]);
    const list = await listed(chunks);
    assert.deepEqual([...list.values()], [{ hash: chunk.hash, size: chunk.bytes.length, putAt: clock.now }]);
    assert.equal(await chunks.remove([chunk.hash], firstPut + 1), 0);
    assert.equal(hex((await chunks.get([chunk.hash]))[0]), hex(chunk.bytes));
  });

  onChunks(subject, 'a clock that runs behind makes nothing older', async (chunks, clock) => {
    const chunk = chunkOf('a');
    await chunks.put([chunk]);
    clock.now -= 60_000;
    await chunks.put([chunk]);
    assert.equal((await listed(chunks)).get(chunk.hash)!.putAt, clock.now + 60_000);
  });

  onChunks(subject, 'what was removed can be put again', async (chunks, clock) => {
    const chunk = chunkOf('a', 3000);
    await chunks.put([chunk]);
    assert.equal(await chunks.remove([chunk.hash], clock.now + 1), 1);
    await chunks.put([chunk]);
    assert.equal(hex((await chunks.get([chunk.hash]))[0]), hex(chunk.bytes));
  });

  onChunks(subject, 'can be removed from while it is listed', async (chunks, clock) => {
    const all = Array.from({ length: 2200 }, (_, i) => chunkOf(`chunk ${i}`, 64));
    await chunks.put(all);
    clock.now += 1000;
    let removed = 0;
    for await (const batch of chunks.list()) {
      removed += await chunks.remove(
        batch.map(({ hash }) => hash),
        clock.now,
      );
    }
    assert.equal(removed, all.length);
    assert.equal((await listed(chunks)).size, 0);
  });
}

function handleTests(subject: ChunkStoreSubject): void {
  onChunks(subject, 'several put, get and remove the same chunks at once', async (chunks, clock, opened) => {
    const handles = [chunks];
    if (opened.openAnother) handles.push(await opened.openAnother(), await opened.openAnother());
    else handles.push(chunks, chunks);
    const all = Array.from({ length: 60 }, (_, i) => chunkOf(`chunk ${i}`, 200 + 40 * i));
    const hashes = all.map(({ hash }) => hash);
    await chunks.put(all);
    const before = clock.now + 1;
    clock.now += 1000;
    // All are old. Some remove what is old, others renew; what a renewal has acknowledged may not go any more.
    await Promise.all(
      handles.flatMap((handle, n) => [
        (async () => {
          for (let round = 0; round < 5; round++) await handle.remove(hashes, before);
        })(),
        (async () => {
          for (let i = n; i < all.length; i += 2) {
            await handle.put([all[i]!]);
            const other = handles[(n + 1) % handles.length]!;
            const [got] = await other.get([hashes[i]!]);
            assert.equal(hex(got), hex(all[i]!.bytes), 'another handle sees what was put');
          }
        })(),
      ]),
    );
    const got = await chunks.get(hashes);
    assert.deepEqual(
      got.map(hex),
      all.map(({ bytes }) => hex(bytes)),
    );
  });

  onChunks(subject, 'everyone sees what anyone has put or removed', async (chunks, clock, opened) => {
    if (!opened.openAnother) return;
    const other = await opened.openAnother();
    const chunk = chunkOf('a', 3000);
    assert.deepEqual(await other.get([chunk.hash]), [undefined]);
    await chunks.put([chunk]);
    assert.equal(hex((await other.get([chunk.hash]))[0]), hex(chunk.bytes));
    assert.equal((await listed(other)).size, 1);
    assert.equal(await other.remove([chunk.hash], clock.now + 1), 1);
    assert.deepEqual([...(await listed(chunks))], []);
  });
}

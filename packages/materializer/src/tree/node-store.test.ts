import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { ChunkDamagedError, ChunkMissingError } from './errors';
import { NodeStore } from './node-store';
import { DelayedChunkStore } from './testing/delayed-chunk-store';
import { MemoryChunkStore } from './testing/memory-chunk-store';
import { builtOf, itemsOf } from './testing/reading';
import { SortedMap } from './testing/sorted-map';
import { Tree } from './tree';

const MIB = 1024 * 1024;

function numbers(count: number): SortedMap<number> {
  return new SortedMap(new Map(Array.from({ length: count }, (_, i) => [i * 3, i * 3])));
}

/** A tree in a chunk store, and a node store that has read nothing of it. */
async function stored(count: number, cacheBytes = 64 * MIB) {
  const chunks = new MemoryChunkStore();
  const writer = new NodeStore(chunks, MIB);
  const { root } = await builtOf(writer, 'number', numbers(count));
  await writer.flush();
  const nodes = new NodeStore(chunks, cacheBytes);
  return { chunks, nodes, root, tree: Tree.at(nodes, 'number', root) };
}

describe('a node store', () => {
  it('answers at once over a chunk store that does, and reads each chunk once', async () => {
    const { chunks, nodes, tree } = await stored(10_000);
    assert.equal(tree.get(300), 300);
    assert.equal(tree.get(300), 300);
    assert.equal(tree.get(301), undefined);
    assert.equal(chunks.asked, 2);
    const { hits, misses, nodes: count, bytes } = nodes.stats();
    assert.deepEqual([hits, misses, count], [4, 2, 2]);
    assert.ok(bytes > 2_000);
  });

  it('keeps within its bound, whatever is read', async () => {
    for (const bound of [0, 10_000, 100_000]) {
      const { chunks, nodes, tree } = await stored(50_000, bound);
      for (let i = 0; i < 2_000; i++) {
        assert.equal(tree.get(((i * 7919) % 50_000) * 3), ((i * 7919) % 50_000) * 3);
        assert.ok(nodes.stats().bytes <= bound);
      }
      assert.equal((await itemsOf(tree.scan())).length, 50_000);
      assert.ok(nodes.stats().bytes <= bound);
      assert.ok(chunks.asked > 200);
    }
  });

  it('keeps what is read again and again through a scan of everything', async () => {
    const { chunks, tree } = await stored(50_000, 100_000);
    const readHot = (): void => {
      for (let i = 0; i < 1_000; i++) assert.equal(tree.get(i * 3), i * 3);
    };
    readHot();
    const before = chunks.asked;
    await itemsOf(tree.scan({ from: 60_000 }));
    const scanned = chunks.asked;
    readHot();
    assert.ok(scanned > before + 100);
    assert.ok(chunks.asked - scanned <= 2, `${chunks.asked - scanned} chunks were read again`);
  });

  it('shares one request between those who miss the same chunk', async () => {
    const { chunks, root } = await stored(10_000);
    const nodes = new NodeStore(new DelayedChunkStore(chunks), MIB);
    const tree = Tree.at(nodes, 'number', root);
    const values = await Promise.all(Array.from({ length: 50 }, () => tree.get(600)));
    assert.deepEqual(new Set(values), new Set([600]));
    assert.equal(chunks.asked, 2);
  });

  it('reads many keys with one request a level', async () => {
    const { chunks, root } = await stored(100_000);
    const tree = Tree.at(new NodeStore(new DelayedChunkStore(chunks), 8 * MIB), 'number', root);
    const keys = Array.from({ length: 200 }, (_, i) => i * 1_500);
    assert.deepEqual(await tree.getMany(keys), keys);
    assert.equal(chunks.gets, 3);
  });

  it('reads ahead in scans of an asynchronous store, and not past their end', async () => {
    const { chunks, root } = await stored(100_000);
    const scanned = async (options: object): Promise<{ gets: number; asked: number }> => {
      const { gets, asked } = chunks;
      const tree = Tree.at(new NodeStore(new DelayedChunkStore(chunks), 8 * MIB), 'number', root);
      await itemsOf(tree.scan(options));
      return { gets: chunks.gets - gets, asked: chunks.asked - asked };
    };
    const all = await scanned({});
    assert.ok(all.gets < all.asked / 8, `${all.gets} requests for ${all.asked} chunks`);
    assert.ok((await scanned({ reverse: true })).gets < all.asked / 8);
    const few = await scanned({ from: 3_000, to: 6_000 });
    assert.ok(few.asked <= 12, `${few.asked} chunks for 1,000 items`);
  });

  it('counts who has to wait as a miss, and what the store is asked for as loaded', async () => {
    const { chunks, root } = await stored(50_000);
    const nodes = new NodeStore(new DelayedChunkStore(chunks), 64 * MIB);
    const tree = Tree.at(nodes, 'number', root);
    const counts = (): number[] => {
      const { hits, misses, loaded } = nodes.stats();
      return [hits, misses, loaded];
    };
    // Two who want the same nodes at once share the requests. Both wait for the first, at least.
    await Promise.all([tree.get(3), tree.get(3)]);
    const [hits, misses, loaded] = counts();
    assert.equal(hits! + misses!, 2 * loaded!);
    assert.ok(misses! > loaded!);
    await tree.get(3);
    assert.deepEqual(counts(), [hits! + loaded!, misses, loaded]);
    // What a scan asked for ahead is there when it comes to it, or under way.
    await itemsOf(tree.scan());
    const after = nodes.stats();
    assert.equal(after.loaded, after.nodes);
    assert.ok(after.hits > hits! && after.misses - misses! < after.loaded - loaded!);
  });

  it('counts a new node that has not been put as in memory', async () => {
    const nodes = new NodeStore(new MemoryChunkStore(), 0);
    const tree = await builtOf(nodes, 'number', numbers(100));
    assert.ok(nodes.stats().pendingBytes > 0);
    const before = nodes.stats();
    assert.equal(tree.get(3), 3);
    assert.deepEqual({ ...nodes.stats(), hits: 0 }, { ...before, hits: 0 });
    assert.equal(nodes.stats().hits, before.hits + 1);
  });

  it('names a chunk that is missing, and finds it once it is there', async () => {
    const { chunks, nodes, root, tree } = await stored(10_000);
    const hash = (await walked(tree)).at(-1)!;
    const bytes = chunks.chunks.get(hash)!;
    chunks.chunks.delete(hash);
    const missing = (error: unknown): boolean =>
      error instanceof ChunkMissingError && error.data['hash'] === hash;
    assert.throws(() => tree.get(29_997), missing);
    await assert.rejects(() => itemsOf(tree.scan()), missing);
    await assert.rejects(tree.edit([{ key: 29_997, value: 1 }]), missing);
    const later = Tree.at(new NodeStore(new DelayedChunkStore(chunks), MIB), 'number', root);
    await assert.rejects(async () => later.get(29_997), missing);
    await assert.rejects(() => itemsOf(later.scan()), missing);
    // A neighbour that was asked for in the same request can still be read.
    assert.equal(await later.get(0), 0);
    chunks.chunks.set(hash, bytes);
    assert.equal(tree.get(29_997), 29_997);
    assert.equal(await later.get(29_997), 29_997);
    assert.equal(nodes.stats().pendingBytes, 0);
  });

  it('refuses a chunk that is damaged, even where it could be decoded', async () => {
    const { chunks, tree, root } = await stored(10_000);
    for (const hash of (await walked(tree)).slice(0, 3)) {
      const bytes = chunks.chunks.get(hash)!;
      for (const at of [0, 5, bytes.length - 1]) {
        const damaged = bytes.slice();
        damaged[at] = damaged[at]! ^ 1;
        chunks.chunks.set(hash, damaged);
        const fresh = Tree.at(new NodeStore(chunks, MIB), 'number', root);
        await assert.rejects(
          () => itemsOf(fresh.scan()),
          (error) => error instanceof ChunkDamagedError && error.data['hash'] === hash,
        );
      }
      chunks.chunks.set(hash, bytes);
    }
  });

  it('has new nodes at hand until they are put, and after a put that failed', async () => {
    class FailingStore extends MemoryChunkStore {
      fails = true;
      override put(...all: Parameters<MemoryChunkStore['put']>): Promise<void> {
        return this.fails ? Promise.reject(new Error('disk full')) : super.put(...all);
      }
    }
    const chunks = new FailingStore();
    const nodes = new NodeStore(chunks, 0);
    const tree = await builtOf(nodes, 'number', numbers(5_000));
    assert.equal(chunks.asked, 0);
    assert.equal(tree.get(3_000), 3_000);
    await assert.rejects(nodes.flush(), /disk full/);
    assert.equal(tree.get(3_000), 3_000);
    assert.ok(nodes.stats().pendingBytes > 0);
    chunks.fails = false;
    await Promise.all([nodes.flush(), nodes.flush()]);
    assert.equal(nodes.stats().pendingBytes, 0);
    assert.equal(tree.get(3_000), 3_000);
    assert.ok(chunks.asked > 0);
  });
});

async function walked(tree: Tree<number>): Promise<string[]> {
  const hashes: string[] = [];
  for await (const batch of tree.chunks()) hashes.push(...batch);
  return hashes;
}

import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { NodeStore } from './node-store';
import { MemoryChunkStore } from './testing/memory-chunk-store';
import { builtOf } from './testing/reading';
import { SortedMap } from './testing/sorted-map';
import { Tree } from './tree';

const items = new Map(Array.from({ length: 50_000 }, (_, i): [string, number] => [`key/${i + 100_000}`, i]));

async function written(): Promise<{ chunks: MemoryChunkStore; root: Tree<string>['root'] }> {
  const chunks = new MemoryChunkStore();
  const nodes = new NodeStore(chunks, 1 << 24);
  const { root } = await builtOf(nodes, 'string', new SortedMap(items));
  await nodes.flush();
  return { chunks, root };
}

describe('loading the upper nodes of a tree', () => {
  it('leaves one leaf to be read by a look-up, and counts for nothing until then', async () => {
    const { chunks, root } = await written();
    const nodes = new NodeStore(chunks, 1 << 24);
    const tree = Tree.at(nodes, 'string', root);
    const limit = { bytes: 1 << 24, goOn: async () => true };
    await tree.loadUpperNodes(limit);
    const { loaded, hits, misses } = nodes.stats();
    assert.ok(loaded >= 3 && loaded < 50, `${loaded} nodes above the leaves`);
    assert.equal(chunks.asked, loaded);
    assert.deepEqual([hits, misses], [0, 0]);
    assert.ok(limit.bytes < 1 << 24);
    assert.equal(await tree.get('key/123456'), 23_456);
    assert.equal(nodes.stats().loaded, loaded + 1);
    assert.equal(nodes.stats().misses, 1);
    assert.ok(nodes.stats().hits >= 1);
  });

  it('stops where it is told to', async () => {
    const { chunks, root } = await written();
    const few = new NodeStore(chunks, 1 << 24);
    await Tree.at(few, 'string', root).loadUpperNodes({ bytes: 1, goOn: async () => true });
    assert.equal(few.stats().loaded, 1);
    const none = new NodeStore(chunks, 1 << 24);
    await Tree.at(none, 'string', root).loadUpperNodes({ bytes: 1 << 24, goOn: async () => false });
    assert.equal(none.stats().loaded, 0);
  });

  it('of an empty tree does nothing', async () => {
    const nodes = new NodeStore(new MemoryChunkStore(), 1 << 24);
    await Tree.empty(nodes, 'number').loadUpperNodes({ bytes: 1, goOn: async () => true });
    assert.equal(nodes.stats().loaded, 0);
  });
});

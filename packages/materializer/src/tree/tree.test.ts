import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { diff } from './differ';
import { ChunkDamagedError, TreeInputError } from './errors';
import { NodeStore } from './node-store';
import { MemoryChunkStore } from './testing/memory-chunk-store';
import { allOf, builtOf, itemsOf } from './testing/reading';
import { SortedMap } from './testing/sorted-map';
import { Tree } from './tree';

const MIB = 1024 * 1024;
const COUNT = 50_000;

function newNodes(): { chunks: MemoryChunkStore; nodes: NodeStore } {
  const chunks = new MemoryChunkStore();
  return { chunks, nodes: new NodeStore(chunks, 64 * MIB) };
}

const all = new SortedMap(new Map(Array.from({ length: COUNT }, (_, i) => [i * 2, i * 2])));

async function walked(tree: Tree<number>, skip?: (hash: string) => boolean): Promise<string[]> {
  const hashes: string[] = [];
  for await (const batch of tree.chunks(skip)) hashes.push(...batch);
  return hashes;
}

describe('a tree', () => {
  it('that is empty has nothing', async () => {
    const { nodes } = newNodes();
    const tree = Tree.empty(nodes, 'string');
    assert.deepEqual(tree.root, { hash: null, count: 0 });
    assert.equal(tree.get('a'), undefined);
    assert.deepEqual(tree.getMany(['a', 'b']), [undefined, undefined]);
    assert.equal(tree.scan().next(), undefined);
    assert.equal(tree.countRange({}), 0);
    assert.equal(tree.firstKey(), undefined);
    assert.equal(await tree.edit([{ key: 'a', value: undefined }]).then(({ root }) => root.hash), null);
    assert.equal(diff(tree, Tree.empty(nodes, 'string')).next(), undefined);
    assert.deepEqual(await walked(Tree.empty(nodes, 'number')), []);
  });

  it('gives batches of at most the size asked for, none of them empty', async () => {
    const { nodes } = newNodes();
    const tree = await builtOf(nodes, 'number', all);
    for (const batchSize of [1, 100, 1_000_000]) {
      for (const reverse of [false, true]) {
        const batches = await allOf(tree.scan({ from: 100, to: 9_000, batchSize, reverse }));
        assert.ok(
          batches.every(
            ({ keys, values }) =>
              keys.length > 0 && keys.length <= batchSize && values.length === keys.length,
          ),
        );
        assert.equal(
          batches.reduce((sum, { keys }) => sum + keys.length, 0),
          4_451,
        );
      }
    }
  });

  it('writes only what an edit touches', async () => {
    const { chunks, nodes } = newNodes();
    const tree = await builtOf(nodes, 'number', all);
    await nodes.flush();
    const known = chunks.chunks.size;
    const next = await tree.edit([{ key: 40_001, value: 7 }]);
    await nodes.flush();
    assert.ok(chunks.chunks.size - known <= 5, `${chunks.chunks.size - known} new chunks`);
    assert.equal(next.get(40_001), 7);
    assert.equal(tree.get(40_001), undefined);
    assert.equal(next.count, COUNT + 1);
  });

  it('is the same object after an edit that changes nothing', async () => {
    const { nodes } = newNodes();
    const tree = await builtOf(nodes, 'number', all);
    assert.equal(await tree.edit([]), tree);
    assert.equal(
      await tree.edit([
        { key: 1, value: undefined },
        { key: 10, value: 10 },
      ]),
      tree,
    );
  });

  it('compares with another by the chunks that differ', async () => {
    const { chunks, nodes } = newNodes();
    const tree = await builtOf(nodes, 'number', all);
    const next = await tree.edit([{ key: 40_000, value: 7 }]);
    await nodes.flush();
    const fresh = new NodeStore(chunks, MIB);
    const differences = await allOf(
      diff(Tree.at(fresh, 'number', tree.root), Tree.at(fresh, 'number', next.root)),
    );
    assert.deepEqual(differences, [[{ key: 40_000, before: 40_000, after: 7 }]]);
    assert.ok(fresh.stats().misses <= 8, `${fresh.stats().misses} chunks were read`);
  });

  it('counts ranges by what internal nodes say', async () => {
    const { chunks, nodes } = newNodes();
    const { root } = await builtOf(nodes, 'number', all);
    await nodes.flush();
    const tree = Tree.at(new NodeStore(chunks, MIB), 'number', root);
    assert.equal(tree.countRange({ from: 11, to: 90_000, toInclusive: false }), 44_994);
    assert.ok(chunks.asked <= 6);
    assert.equal(tree.countRange({ from: 90_000, to: 11 }), 0);
  });

  it('names its chunks, and leaves out those that are known with all below them', async () => {
    const { chunks, nodes } = newNodes();
    const tree = await builtOf(nodes, 'number', all);
    await nodes.flush();
    const hashes = await walked(tree);
    assert.deepEqual(new Set(hashes), new Set(chunks.chunks.keys()));
    const next = await tree.edit([{ key: 40_001, value: 7 }]);
    const known = new Set(hashes);
    const more = await walked(next, (hash) => known.has(hash));
    assert.ok(more.length > 0 && more.length <= 5);
    assert.deepEqual(await walked(tree, (hash) => hash === tree.root.hash), []);
  });

  it('gives way while it is built and edited, and puts chunks before they are too many', async () => {
    const { chunks, nodes } = newNodes();
    let pauses = 0;
    const pacing = (): undefined => {
      pauses += 1;
    };
    const edits = [...all.items].map(([key]) => ({ key, value: key + 1 }));
    const tree = await Tree.empty(nodes, 'number').edit(edits, pacing);
    assert.ok(pauses > 100);
    pauses = 0;
    await tree.edit(
      edits.map(({ key }) => ({ key, value: key })),
      pacing,
    );
    assert.ok(pauses > 100);

    const long = Array.from({ length: 36 }, (_, i) => String(i).padStart(3, '0') + 'x'.repeat(1_000_000));
    const { putBytes } = chunks;
    await Tree.build(
      nodes,
      'string',
      long.map((key) => ({ keys: [key], values: [1] })),
    );
    assert.ok(chunks.putBytes - putBytes > 20_000_000);
    assert.equal(chunks.asked, 0);
  });

  it('refuses keys out of order, twice or of another kind', async () => {
    const { nodes } = newNodes();
    const tree = await builtOf(nodes, 'number', all);
    const value = 1;
    for (const keys of [[5, 3], [5, 5], [0.5], [-1], [Number.NaN], [2 ** 53]]) {
      await assert.rejects(tree.edit(keys.map((key) => ({ key, value }))), TreeInputError);
      await assert.rejects(
        Tree.build(nodes, 'number', [{ keys, values: keys.map(() => value) }]),
        TreeInputError,
      );
      const batches = keys.map((key) => ({ keys: [key], values: [value] }));
      await assert.rejects(Tree.build(nodes, 'number', batches), TreeInputError);
    }
    await assert.rejects(tree.edit([{ key: 'a' as never, value }]), TreeInputError);
    assert.throws(() => Tree.at(nodes, 'string', tree.root).get('a'), ChunkDamagedError);
  });

  it('is found again by its root', async () => {
    const { chunks, nodes } = newNodes();
    const { root } = await builtOf(nodes, 'number', all);
    await nodes.flush();
    const again = Tree.at(new NodeStore(chunks, MIB), 'number', root);
    assert.deepEqual(await itemsOf(again.scan()), all.sorted());
    assert.equal(again.count, COUNT);
  });
});

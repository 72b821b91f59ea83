import { expect, it } from 'vitest';
import { InternalChunker, LeafChunker, type Child, type KeyedChild } from '../tree/chunker';
import { NodeStore } from '../tree/node-store';
import { Tree } from '../tree/tree';
import { MemoryChunkStore } from '../tree/testing/memory-chunk-store';
import { SoundChunks } from './sound-chunks';
import { TreeCheck } from './tree-check';

const chunks = new MemoryChunkStore();
const nodes = new NodeStore(chunks, 0);
const sink = (bytes: Uint8Array): string => nodes.put(bytes, false);

/** A leaf of these keys, cut there and nowhere before. */
function leaf(keys: readonly number[]): KeyedChild<number> {
  const made: KeyedChild<number>[] = [];
  const chunker = new LeafChunker<number>('number', sink, (chunk) => void made.push(chunk));
  for (const key of keys) chunker.push(key, 1);
  chunker.close();
  expect(made).toHaveLength(1);
  return made[0]!;
}

function above(children: readonly KeyedChild<number>[], level = 1): KeyedChild<number> {
  const made: KeyedChild<number>[] = [];
  const chunker = new InternalChunker<number>('number', level, sink, (chunk) => void made.push(chunk));
  for (const { key, child } of children) chunker.push(key, child);
  chunker.close();
  return made[0]!;
}

async function check({ hash, count }: Child): Promise<void> {
  await nodes.flush();
  await new TreeCheck(new SoundChunks(chunks, () => undefined)).check('number', { hash, count });
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

/** Two leaves as they should be: of a tree that is large enough to have some. */
async function leaves(): Promise<[readonly number[], readonly number[]]> {
  const tree = await Tree.build(nodes, 'number', [
    { keys: range(0, 2_000), values: range(0, 2_000).map(() => 1) },
  ]);
  const ends: number[] = [];
  const scan = tree.scan({ batchSize: 100_000 });
  for (let batch = await scan.next(); batch; batch = await scan.next())
    ends.push(Array.from(batch.keys).at(-1)!);
  return [range(0, ends[0]! + 1), range(ends[0]! + 1, ends[1]! + 1)];
}

it('has nothing against trees as they are built', async () => {
  for (const count of [0, 1, 100, 5_000, 300_000]) {
    const keys = range(0, count);
    const tree = await Tree.build(nodes, 'number', [{ keys, values: keys }]);
    await nodes.flush();
    await new TreeCheck(new SoundChunks(chunks, () => undefined)).check('number', tree.root);
  }
  const [one, two] = await leaves();
  await check(above([leaf(one), leaf(two)]).child);
});

it('has nothing against keys that need a chunk of their own', async () => {
  const keys = ['a', `b${'x'.repeat(20_000)}`, 'c', 'd', `e${'x'.repeat(20_000)}`];
  const tree = await Tree.build(nodes, 'string', [{ keys, values: keys.map(() => 0) }]);
  await nodes.flush();
  await new TreeCheck(new SoundChunks(chunks, () => undefined)).check('string', tree.root);
});

it('finds a leaf that ends too early', async () => {
  const [one, two] = await leaves();
  const cut = one.length >> 1;
  const children = [leaf(one.slice(0, cut)), leaf(one.slice(cut)), leaf(two)];
  await expect(check(above(children).child)).rejects.toThrow(/ends too early/);
});

it('finds children in the wrong order, or with keys that overlap', async () => {
  const [one, two] = await leaves();
  const [a, b] = [leaf(one), leaf(two)];
  await expect(check(above([b, a]).child)).rejects.toThrow(/cannot be read/);
  const overlapping = above([a, leaf([one.at(-1)! - 1, ...two])]);
  await expect(check(overlapping.child)).rejects.toThrow(/does not follow/);
});

it('finds a parent that tells other counts or keys than its children', async () => {
  const [one, two] = await leaves();
  const [a, b] = [leaf(one), leaf(two)];
  const miscounted = above([{ ...a, child: { ...a.child, count: 3 } }, b]);
  await expect(check(miscounted.child)).rejects.toThrow(/items, and should have 3/);
  await expect(check(above([{ ...a, key: a.key - 1 }, b]).child)).rejects.toThrow(/its parent says/);
  await expect(check({ ...above([a, b]).child, count: 1 })).rejects.toThrow(/should have 1/);
});

it('finds a root above one chunk, and levels that do not fit', async () => {
  const [one, two] = await leaves();
  const [a, b] = [leaf(one), leaf(two)];
  await expect(check(above([a]).child)).rejects.toThrow(/root above one chunk/);
  await expect(check(above([a, b], 2).child)).rejects.toThrow(/level 0, not 1/);
});

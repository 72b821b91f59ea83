import type { ChunkHash } from '@argon/wal';
import type { InternalNode, TreeNode } from './node';
import type { NodeStore, WantedNode } from './node-store';
import { Anchor } from './tree-root';

/** Internal nodes that are read at a time. */
const BATCH = 64;

/** The hashes of a tree's chunks, a parent before its children; leaves are named but not read. */
export async function* walkChunks(
  nodes: NodeStore,
  root: ChunkHash | null,
  skip: (hash: ChunkHash) => boolean,
): AsyncGenerator<readonly ChunkHash[], void, undefined> {
  if (root === null || skip(root)) return;
  yield [root];
  const top = await nodes.child(new Anchor(root), 0);
  if (top.level > 0) yield* walkBelow(nodes, [top], skip);
}

/** Depth first by batches, so that what is kept does not grow with the tree. */
async function* walkBelow(
  nodes: NodeStore,
  parents: readonly TreeNode[],
  skip: (hash: ChunkHash) => boolean,
): AsyncGenerator<readonly ChunkHash[], void, undefined> {
  const wanted: WantedNode[] = [];
  for (const node of parents) {
    const parent = node as InternalNode;
    const hashes: ChunkHash[] = [];
    for (let index = 0; index < parent.length; index++) {
      const hash = parent.hashAt(index);
      if (skip(hash)) continue;
      hashes.push(hash);
      if (parent.level > 1) wanted.push({ parent, index });
    }
    if (hashes.length > 0) yield hashes;
  }
  for (let from = 0; from < wanted.length; from += BATCH) {
    yield* walkBelow(nodes, await nodes.children(wanted.slice(from, from + BATCH)), skip);
  }
}

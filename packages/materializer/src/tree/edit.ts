import { type SortedBatch, buildTree } from './build';
import { type ChunkSink, type Child, InternalChunker, type KeyedChild, LeafChunker } from './chunker';
import { type LevelEdits, editLevel, levelChanges } from './edit-level';
import { TreeInputError } from './errors';
import { type Key, type KeyKind, isKey, shown } from './key';
import type { InternalNode, TreeNode } from './node';
import type { NodeStore } from './node-store';
import type { Pacing } from './pacing';
import { Tower } from './tower';
import { Anchor, EMPTY_ROOT, type TreeRoot } from './tree-root';

/** An item to be put or replaced; without a value, to be removed. */
export interface TreeEdit<K extends Key> {
  readonly key: K;
  readonly value: number | undefined;
}

/**
 * Applies edits level by level: the chunks of a level that changed are the edits of the level above it, until the root's
 * own level is reached. From there the tree grows or shrinks.
 */
export async function editTree<K extends Key>(
  nodes: NodeStore,
  kind: KeyKind,
  root: TreeRoot,
  anchor: Anchor | undefined,
  edits: Iterable<TreeEdit<K>>,
  pacing: Pacing,
): Promise<TreeRoot> {
  const sorted = await checked(kind, edits, pacing);
  if (sorted.keys.length === 0) return root;
  const sink: ChunkSink = (bytes) => nodes.put(bytes, true);
  if (anchor === undefined) return buildTree(nodes, kind, itemsOf(sorted), pacing);

  const { level: top } = await nodes.child<K>(anchor, 0);
  let made: KeyedChild<K>[] = [];
  const onMade = (chunk: KeyedChild<K>): void => {
    made.push(chunk);
  };
  const leaves = new LeafChunker<K>(kind, sink, onMade);
  let replaced = await editLevel<K, number>({ nodes, anchor, pacing }, leaves, sorted);
  for (let level = 1; level <= top; level++) {
    const changes: LevelEdits<K, Child> = levelChanges(replaced, made);
    if (changes.keys.length === 0) return root;
    made = [];
    const chunker = new InternalChunker<K>(kind, level, sink, onMade);
    replaced = await editLevel<K, Child>({ nodes, anchor, pacing }, chunker, changes);
  }
  const tower = new Tower<K>(kind, top, sink);
  for (const chunk of made) tower.add(chunk);
  return withoutLoneParents(nodes, tower.finish());
}

/** Edits between two looks at the clock. */
const STRIDE = 1024;

async function checked<K extends Key>(
  kind: KeyKind,
  edits: Iterable<TreeEdit<K>>,
  pacing: Pacing,
): Promise<LevelEdits<K, number>> {
  const keys: K[] = [];
  const items: (number | undefined)[] = [];
  for (const { key, value } of edits) {
    if (!isKey(kind, key)) throw new TreeInputError(`${shown(key)} is not a ${kind} key`);
    if (keys.length > 0 && !(keys[keys.length - 1]! < key)) {
      throw new TreeInputError(`${shown(key)} follows ${shown(keys[keys.length - 1]!)}`);
    }
    keys.push(key);
    items.push(value);
    if (keys.length % STRIDE !== 0) continue;
    const pause = pacing();
    if (pause instanceof Promise) await pause;
  }
  return { keys, items };
}

async function* itemsOf<K extends Key>({
  keys,
  items,
}: LevelEdits<K, number>): AsyncGenerator<SortedBatch<K>> {
  for (let from = 0; from < keys.length; from += STRIDE) {
    const to = from + STRIDE;
    const kept = keys.slice(from, to).filter((_, i) => items[from + i] !== undefined);
    yield { keys: kept, values: items.slice(from, to).filter((value) => value !== undefined) };
  }
}

/** A root has two children at least: what is above the only chunk of a level is not part of the tree. */
async function withoutLoneParents(nodes: NodeStore, root: TreeRoot): Promise<TreeRoot> {
  let { hash } = root;
  if (hash === null) return EMPTY_ROOT;
  for (;;) {
    const node: TreeNode = await nodes.child(new Anchor(hash), 0);
    if (node.level === 0 || node.length > 1) return { hash, count: root.count };
    hash = (node as InternalNode).hashAt(0);
  }
}

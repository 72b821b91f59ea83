import type { MaybePromise } from '@argon/wal';
import { type Key, upperBound } from './key';
import type { LeafNode, NodeParent, TreeNode } from './node';
import type { NodeStore } from './node-store';

/** The value under a key. */
export function lookUp<K extends Key>(
  nodes: NodeStore,
  parent: NodeParent,
  index: number,
  key: K,
): MaybePromise<number | undefined> {
  let child = nodes.child<K>(parent, index);
  for (;;) {
    if (child instanceof Promise) return child.then((node) => lookUpIn(nodes, node, key));
    const { keys } = child;
    if (child.level === 0) return valueIn(child as LeafNode<K>, key);
    const at = keys.lowerBound(key);
    if (at === keys.length) return undefined;
    child = nodes.child<K>(child as unknown as NodeParent, at);
  }
}

function lookUpIn<K extends Key>(
  nodes: NodeStore,
  node: TreeNode<K>,
  key: K,
): MaybePromise<number | undefined> {
  if ('values' in node) return valueIn(node, key);
  const at = node.keys.lowerBound(key);
  return at === node.length ? undefined : lookUp(nodes, node, at, key);
}

function valueIn<K extends Key>({ keys, values }: LeafNode<K>, key: K): number | undefined {
  const at = keys.find(key);
  return at < 0 ? undefined : values[at];
}

/** How many items lie below a key, or at it too. */
export function rank<K extends Key>(
  nodes: NodeStore,
  parent: NodeParent,
  index: number,
  key: K,
  orAt: boolean,
): MaybePromise<number> {
  const child = nodes.child<K>(parent, index);
  if (child instanceof Promise) return child.then((node) => rankIn(nodes, node, key, orAt));
  return rankIn(nodes, child, key, orAt);
}

function rankIn<K extends Key>(
  nodes: NodeStore,
  node: TreeNode<K>,
  key: K,
  orAt: boolean,
): MaybePromise<number> {
  const { keys } = node;
  if ('values' in node) return orAt ? upperBound(keys, key) : keys.lowerBound(key);
  const at = keys.lowerBound(key);
  if (at === keys.length) return node.count;
  const before = at === 0 ? 0 : node.ends[at - 1]!;
  const within = rank(nodes, node, at, key, orAt);
  return within instanceof Promise ? within.then((below) => before + below) : before + within;
}

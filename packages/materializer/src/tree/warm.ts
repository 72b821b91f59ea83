import type { MaybePromise } from '@argon/wal';
import type { Key } from './key';
import type { InternalNode, NodeParent, TreeNode } from './node';
import type { NodeStore, WantedNode } from './node-store';

/** A node and which of the keys lead to it: those from one index up to another. */
interface Reached<K extends Key> {
  readonly node: TreeNode<K>;
  readonly from: number;
  readonly to: number;
}

/**
 * Brings the nodes of one level that some keys lead to into memory, level by level, with one request for each. A cache
 * that is too small for them makes the reader ask again, one by one; nothing worse.
 *
 * @param keys ascending
 */
export function warm<K extends Key>(
  nodes: NodeStore,
  anchor: NodeParent,
  level: number,
  keys: readonly K[],
): MaybePromise<void> {
  const root = nodes.child<K>(anchor, 0);
  if (root instanceof Promise) {
    return root.then((node) => warmBelow(nodes, [{ node, from: 0, to: keys.length }], level, keys));
  }
  return warmBelow(nodes, [{ node: root, from: 0, to: keys.length }], level, keys);
}

function warmBelow<K extends Key>(
  nodes: NodeStore,
  reached: readonly Reached<K>[],
  level: number,
  keys: readonly K[],
): MaybePromise<void> {
  for (;;) {
    const top = reached[0];
    if (top === undefined || top.node.level <= level) return;
    const wanted: WantedNode[] = [];
    const ranges: { from: number; to: number }[] = [];
    for (const { node, from, to } of reached)
      partition(node as InternalNode<K>, keys, from, to, wanted, ranges);
    const children = nodes.children<K>(wanted);
    const below = (arrived: readonly TreeNode<K>[]): Reached<K>[] =>
      arrived.map((node, i) => ({ node, ...ranges[i]! }));
    if (children instanceof Promise) {
      return children.then((arrived) => warmBelow(nodes, below(arrived), level, keys));
    }
    reached = below(children);
  }
}

/** Which children the keys lead to. What is past the last child's last key leads to it. */
function partition<K extends Key>(
  parent: InternalNode<K>,
  keys: readonly K[],
  from: number,
  to: number,
  wanted: WantedNode[],
  ranges: { from: number; to: number }[],
): void {
  let index = 0;
  let at = from;
  while (at < to) {
    index = Math.min(parent.keys.lowerBound(keys[at]!, index), parent.length - 1);
    const start = at;
    at += 1;
    if (index === parent.length - 1) {
      at = to;
    } else {
      const lastKey = parent.keys.at(index);
      while (at < to && keys[at]! <= lastKey) at += 1;
    }
    wanted.push({ parent, index });
    ranges.push({ from: start, to: at });
  }
}

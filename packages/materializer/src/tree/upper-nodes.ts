import type { InternalNode, NodeParent, TreeNode } from './node';
import type { NodeStore, WantedNode } from './node-store';

/** Nodes that are loaded at a time. */
const BATCH = 16;

/** How far loading may go. */
export interface UpperNodesLimit {
  /** Bytes of decoded nodes that may still be loaded; counted down. */
  bytes: number;
  /** Waits until others have gone first; false: no more. */
  goOn(): Promise<boolean>;
}

/**
 * Brings the root and every node above the leaves into memory, from the top, so that a look-up reads one leaf and nothing
 * else. Stops where the limit is reached: what is loaded by then is of use all the same.
 */
export async function loadUpperNodes(
  nodes: NodeStore,
  anchor: NodeParent,
  limit: UpperNodesLimit,
): Promise<void> {
  let wanted: readonly WantedNode[] = [{ parent: anchor, index: 0 }];
  while (wanted.length > 0) {
    const below: WantedNode[] = [];
    for (let from = 0; from < wanted.length; from += BATCH) {
      if (!(await limit.goOn())) return;
      for (const node of await nodes.ahead(wanted.slice(from, from + BATCH))) {
        limit.bytes -= node.bytes;
        below.push(...childrenAboveLeaves(node));
      }
      if (limit.bytes <= 0) return;
    }
    wanted = below;
  }
}

function childrenAboveLeaves(node: TreeNode): WantedNode[] {
  if (node.level < 2) return [];
  const parent = node as InternalNode;
  return Array.from({ length: node.length }, (_, index) => ({ parent, index }));
}

import type { Value } from '@argon/bson';
import { placeText, type ApplyContext } from './apply-context';
import { mergeNodes } from './merge-nodes';
import type { ElementsNode, UpdateNode } from './node';

/**
 * Which elements a node changes, and how; settled before any of them changes.
 * @throws CommandError ConflictingUpdateOperators if two identifiers mean one element and change the same field
 */
export function elementNodes(
  node: ElementsNode,
  array: readonly Value[],
  context: ApplyContext,
): [index: number, node: UpdateNode][] {
  const changes: [number, UpdateNode][] = [];
  array.forEach((element, index) => {
    const ids = [...node.byFilter.keys()].filter((id) => isMeant(node, id, element));
    if (ids.length > 0) changes.push([index, mergedNode(node, ids, `${placeText(context)}.${index}`)]);
  });
  return changes;
}

function isMeant(node: ElementsNode, id: string, element: Value): boolean {
  return id === '' || node.filters.get(id)!.matches(new Map([[id, element]]));
}

function mergedNode(node: ElementsNode, ids: readonly string[], path: string): UpdateNode {
  const nodes = ids.map((id) => node.byFilter.get(id)!);
  if (nodes.length === 1) return nodes[0]!;
  const key = ids.join();
  let merged = node.merged.get(key);
  if (merged === undefined) {
    merged = nodes.reduce((a, b) => mergeNodes(a, b, path));
    node.merged.set(key, merged);
  }
  return merged;
}

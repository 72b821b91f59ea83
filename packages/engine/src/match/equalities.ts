import type { Value } from '@argon/bson';
import { CommandError } from '../handler/errors';
import type { MatchNode } from './node';
import { AndNode } from './operators/and';
import { PathNode } from './path-node';

/** The value that the filter pins `_id` to: an equality at the top level or in a conjunction there. */
export function idEqualityOf(root: MatchNode): Value | undefined {
  for (const { path, operand } of equalityNodes(root)) if (path.dotted === '_id') return operand;
  return undefined;
}

/**
 * Paths and the values that the filter says they equal.
 *
 * @throws CommandError NotSingleValueField if one path is named twice or lies inside another.
 */
export function equalitiesOf(root: MatchNode): ReadonlyMap<string, Value> {
  const equalities = new Map<string, Value>();
  for (const { path, operand } of equalityNodes(root)) {
    for (const other of equalities.keys()) {
      if (other === path.dotted) throw ambiguous(path.dotted, 'is matched twice');
      if (isInside(path.dotted, other) || isInside(other, path.dotted)) {
        throw new CommandError(
          54,
          `cannot infer query fields to set, both paths '${path.dotted}' and '${other}' are matched`,
        );
      }
    }
    equalities.set(path.dotted, operand);
  }
  return equalities;
}

function ambiguous(path: string, complaint: string): CommandError {
  return new CommandError(54, `cannot infer query fields to set, path '${path}' ${complaint}`);
}

function isInside(path: string, outer: string): boolean {
  return path.startsWith(`${outer}.`);
}

function equalityNodes(node: MatchNode): PathNode[] {
  if (node instanceof AndNode) return node.children.flatMap(equalityNodes);
  return node instanceof PathNode && node.operator === '$eq' ? [node] : [];
}

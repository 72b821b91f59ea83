import type { Value } from '@argon/bson';
import { CommandError } from '../handler/errors';
import type { MatchNode } from './node';
import { AndNode } from './operators/and';
import { PathNode } from './path-node';

const NOT_SINGLE_VALUE_FIELD = 54;

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
      if (other === path.dotted) throw ambiguous(`path '${other}' is matched twice`);
      if (isInside(path.dotted, other))
        throw ambiguous(`both paths '${path.dotted}' and '${other}' are matched`);
      if (isInside(other, path.dotted))
        throw ambiguous(`both paths '${other}' and '${path.dotted}' are matched`);
    }
    equalities.set(path.dotted, operand);
  }
  return equalities;
}

function ambiguous(complaint: string): CommandError {
  return new CommandError(NOT_SINGLE_VALUE_FIELD, `cannot infer query fields to set, ${complaint}`);
}

function isInside(path: string, outer: string): boolean {
  return path.startsWith(`${outer}.`);
}

function equalityNodes(node: MatchNode): PathNode[] {
  if (node instanceof AndNode) return node.children.flatMap(equalityNodes);
  return node instanceof PathNode && node.operator === '$eq' ? [node] : [];
}

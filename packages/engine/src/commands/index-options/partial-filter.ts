import type { Doc } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { compileFilter } from '../../match/compile';
import type { MatchNode } from '../../match/node';
import { AndNode } from '../../match/operators/and';
import { ExprNode } from '../../match/operators/expr';
import { OrNode } from '../../match/operators/or';
import { PathNode } from '../../match/path-node';
import { debugTree } from '../../match/parse/debug-tree';

const ALLOWED = new Set([
  '$eq',
  '$lt',
  '$lte',
  '$gt',
  '$gte',
  '$exists',
  '$type',
  '$in',
  '$geoWithin',
  '$geoIntersects',
]);

/** Compiles the filter of a partial index. @throws CommandError as mongod does for what no filter may have */
export function readPartialFilter(filter: Doc): MatchNode {
  const { root, usesExpr } = compileFilter(filter, { now: new Date() });
  if (usesExpr || root instanceof ExprNode) {
    throw new CommandError('QueryFeatureNotAllowed', '$expr is not allowed in this context');
  }
  return root;
}

/** @throws CommandError CannotCreateIndex for conditions that no partial index may have */
export function checkPartialFilter(node: MatchNode): void {
  if (node instanceof AndNode || node instanceof OrNode) {
    for (const child of node.children) checkPartialFilter(child);
    return;
  }
  if (node instanceof PathNode && ALLOWED.has(node.operator)) return;
  throw new CommandError(
    'CannotCreateIndex',
    `Expression not supported in partial index: ${debugTree(node)}`,
  );
}

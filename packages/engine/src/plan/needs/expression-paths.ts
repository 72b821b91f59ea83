import type { Value } from '@argon/bson';

/** Operators that name fields without a `$`, or mean the whole document. */
const OPAQUE = new Set([
  '$meta',
  '$getField',
  '$top',
  '$topN',
  '$bottom',
  '$bottomN',
  '$mergeObjects',
  '$jsonSchema',
  '$where',
]);

/** Adds the paths that an expression reads of its document. False if it may need more than those it names. */
export function addExpressionPaths(expression: Value, paths: Set<string>): boolean {
  if (typeof expression === 'string') {
    if (!expression.startsWith('$')) return true;
    if (expression.startsWith('$$')) return !/^\$\$(?:ROOT|CURRENT)/.test(expression);
    paths.add(expression.slice(1));
    return true;
  }
  if (Array.isArray(expression)) return expression.every((each) => addExpressionPaths(each, paths));
  if (!(expression instanceof Map)) return true;
  for (const [name, operand] of expression) {
    if (OPAQUE.has(name) || !addExpressionPaths(operand, paths)) return false;
  }
  return true;
}

import { BSONRegExp } from '@argon/bson';
import type { MatchNode } from '../node';
import { AndNode } from '../operators/and';
import { ObjectElemMatch } from '../operators/elem-match';
import { NorNode } from '../operators/nor';
import { NotNode } from '../operators/not';
import { OrNode } from '../operators/or';
import { PathNode } from '../path-node';
import { describeValue } from './describe';

/** A tree of conditions as mongod's messages show it, one condition a line, indented by depth. */
export function debugTree(node: MatchNode, depth = 0): string {
  const indent = '    '.repeat(depth);
  const below = (children: readonly MatchNode[]): string =>
    children.map((child) => debugTree(child, depth + 1)).join('');
  if (node instanceof AndNode) return `${indent}$and\n${below(node.children)}`;
  if (node instanceof OrNode) return `${indent}$or\n${below(node.children)}`;
  if (node instanceof NorNode) return `${indent}$nor\n${below(node.children)}`;
  if (node instanceof NotNode) return `${indent}$not\n${below([node.child])}`;
  if (!(node instanceof PathNode)) return `${indent}${node.constructor.name}\n`;
  const { path, operator, operand, test } = node;
  if (test instanceof ObjectElemMatch) {
    return `${indent}${path.dotted} $elemMatch (obj)\n${debugTree(test.filter, depth + 1)}`;
  }
  if (operator === '$exists') return `${indent}${path.dotted} exists\n`;
  if (operator === '$regex' && operand instanceof BSONRegExp) {
    return `${indent}${path.dotted} regex /${operand.pattern}/${operand.options}\n`;
  }
  const separator = operator === '$size' ? ' : ' : ' ';
  return `${indent}${path.dotted} ${operator}${separator}${describeValue(operand)}\n`;
}

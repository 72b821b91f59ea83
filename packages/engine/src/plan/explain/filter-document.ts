import { BSONRegExp, idKey, isNumber, Long, toNumber, type Doc, type Value } from '@argon/bson';
import type { MatchNode } from '../../match/node';
import { NeverNode } from '../../match/operators/always';
import { AndNode } from '../../match/operators/and';
import { ObjectElemMatch } from '../../match/operators/elem-match';
import { ExprNode } from '../../match/operators/expr';
import { JsonSchemaNode } from '../../match/operators/json-schema';
import { NorNode } from '../../match/operators/nor';
import { NotNode } from '../../match/operators/not';
import { OrNode } from '../../match/operators/or';
import { TextNode } from '../../match/operators/text';
import { parseTypes } from '../../match/parse/types';
import { PathNode } from '../../match/path-node';

/** The order of mongod's kinds of expressions, in which it shows conjunctions and tries alternatives. */
const KINDS = [
  '$and',
  '$or',
  '$elemMatch',
  '$size',
  '$eq',
  '$lte',
  '$lt',
  '$gt',
  '$gte',
  '$regex',
  '$mod',
  '$exists',
  '$in',
  '$bitsAllSet',
  '$bitsAllClear',
  '$bitsAnySet',
  '$bitsAnyClear',
  '$not',
  '$nor',
  '$type',
];

/** A compiled filter, written as mongod's explain writes it. */
export function filterDocument(node: MatchNode): Doc {
  if (node instanceof AndNode) return node.children.length === 0 ? new Map() : several('$and', node.children);
  if (node instanceof OrNode) return several('$or', node.children);
  if (node instanceof NorNode) return several('$nor', node.children);
  if (node instanceof PathNode) return new Map([[node.path.dotted, operatorDocument(node)]]);
  if (node instanceof NotNode) return opposite(node.child);
  if (node instanceof NeverNode) return new Map([['$alwaysFalse', 1]]);
  if (node instanceof TextNode) return new Map([['$text', node.explained()]]);
  if (node instanceof ExprNode) return new Map([['$expr', node.operand]]);
  if (node instanceof JsonSchemaNode) return new Map([['$jsonSchema', node.operand]]);
  return new Map();
}

/** Conditions in the order in which mongod keeps them. */
export function inExplainOrder(nodes: readonly MatchNode[]): readonly MatchNode[] {
  return [...nodes].sort((a, b) => kindOf(a) - kindOf(b) || compare(pathOf(a), pathOf(b)));
}

function several(operator: string, nodes: readonly MatchNode[]): Doc {
  return new Map([[operator, inExplainOrder(nodes).map((node) => filterDocument(node))]]);
}

function operatorDocument({ operator, operand, test }: PathNode): Doc {
  if (operator === '$regex' && operand instanceof BSONRegExp) {
    const document: Doc = new Map([['$regex', operand.pattern]]);
    if (operand.options !== '') document.set('$options', operand.options);
    return document;
  }
  if (operator === '$in' && Array.isArray(operand)) return new Map([['$in', inOrder(operand)]]);
  if (operator === '$mod') return new Map([['$mod', (operand as Value[]).map(wholeNumber)]]);
  if (operator === '$type') return new Map([['$type', typeList(parseTypes(operand))]]);
  if (test instanceof ObjectElemMatch) return new Map([['$elemMatch', filterDocument(test.filter)]]);
  return new Map([[operator, operand]]);
}

function wholeNumber(value: Value): Value {
  return isNumber(value) ? Long.fromNumber(Math.trunc(toNumber(value))) : value;
}

/** The types' numbers, those of all numbers as one. */
function typeList(types: ReadonlySet<number>): Value[] {
  const numbers = parseTypes('number');
  const hasAll = [...numbers].every((type) => types.has(type));
  const rest = [...types].filter((type) => !hasAll || !numbers.has(type)).sort((a, b) => a - b);
  return hasAll ? ['number', ...rest] : rest;
}

/** Each value once, in order, then the regular expressions. */
function inOrder(values: readonly Value[]): Value[] {
  const byKey = new Map(
    values.map((value) => [(value instanceof BSONRegExp ? '\xff' : '') + idKey(value), value]),
  );
  return [...byKey].sort(([a], [b]) => compare(a, b)).map(([, value]) => value);
}

function opposite(child: MatchNode): Doc {
  if (child instanceof PathNode) {
    return new Map([[child.path.dotted, new Map<string, Value>([['$not', operatorDocument(child)]])]]);
  }
  return new Map([['$nor', [filterDocument(child)]]]);
}

function kindOf(node: MatchNode): number {
  const kind = KINDS.indexOf(operatorOf(node));
  return kind < 0 ? KINDS.length : kind;
}

function operatorOf(node: MatchNode): string {
  if (node instanceof PathNode) return node.operator;
  if (node instanceof AndNode) return '$and';
  if (node instanceof OrNode) return '$or';
  if (node instanceof NotNode) return '$not';
  return node instanceof NorNode ? '$nor' : '';
}

function pathOf(node: MatchNode): string {
  if (node instanceof PathNode) return node.path.dotted;
  return node instanceof NotNode ? pathOf(node.child) : '';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

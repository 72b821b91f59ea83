import { BSONRegExp } from '@argon/bson';
import type { Doc, Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { atPath } from '../condition';
import type { Condition } from '../condition';
import type { MatchNode } from '../node';
import { AndNode } from '../operators/and';
import { comparison } from '../operators/comparison/comparison';
import { regexCondition } from '../operators/regex';
import { compilePath } from '../walk/path';
import { fieldCondition } from './field-operators';
import { isOperatorDocument } from './operator-document';
import type { FilterParser, FilterScope } from './parser';
import { TOP_LEVEL_OPERATORS } from './top-level-operators';

/** Fields of a DBRef, the only names with a `$` that a filter may use as fields. */
const DBREF_FIELDS = new Set(['$ref', '$id', '$db']);

/**
 * Turns a filter into a tree of conditions.
 *
 * @throws CommandError with mongod's code and message for what mongod refuses.
 */
export function parseFilter(filter: Doc, scope: FilterScope): MatchNode {
  return new Parser(scope, false).filter(filter);
}

class Parser implements FilterParser {
  constructor(
    readonly scope: FilterScope,
    readonly isNested: boolean,
  ) {}

  filter(filter: Doc): MatchNode {
    const nodes: MatchNode[] = [];
    for (const [name, operand] of filter) {
      if (name.startsWith('$') && !DBREF_FIELDS.has(name)) {
        const node = this.topLevel(name, operand);
        if (node) nodes.push(node);
        continue;
      }
      const path = compilePath(name);
      for (const condition of this.field(name, operand)) nodes.push(atPath(condition, path));
    }
    return AndNode.of(nodes);
  }

  nested(filter: Doc): MatchNode {
    return new Parser(this.scope, true).filter(filter);
  }

  fieldConditions(path: string, operators: Doc): Condition[] {
    const context = { path, operators, parser: this };
    const conditions: Condition[] = [];
    for (const [name, operand] of operators) {
      const condition = fieldCondition(name, operand, context);
      if (condition) conditions.push(condition);
    }
    return conditions;
  }

  isTopLevelOperator(name: string): boolean {
    return TOP_LEVEL_OPERATORS.has(name);
  }

  private topLevel(name: string, operand: Value): MatchNode | undefined {
    const operator = TOP_LEVEL_OPERATORS.get(name);
    if (operator) return operator(operand, this);
    const advice =
      name === '$not'
        ? 'If you are trying to negate an entire expression, use $nor.'
        : "If you have a field name that starts with a '$' symbol, consider using $getField or $setField.";
    throw new CommandError('BadValue', `unknown top level operator: ${name}. ${advice}`);
  }

  private field(name: string, operand: Value): Condition[] {
    if (isOperatorDocument(operand)) return this.fieldConditions(name, operand);
    if (operand instanceof BSONRegExp) return [regexCondition(operand.pattern, operand.options)];
    return [comparison('$eq', operand, this.scope.collation)];
  }
}

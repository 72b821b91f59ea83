import { decodeDocument } from '@argon/bson';
import type { Doc, Value } from '@argon/bson';
import type { Expression } from '../../aggregate/expression/expression';
import { CommandError } from '../../handler/errors';
import type { Container, MatchNode } from '../node';
import type { FilterParser } from '../parse/parser';
import { isTrue } from '../parse/truth';

/** `$expr`: an aggregation expression that comes out true. */
export function exprNode(operand: Value, parser: FilterParser): MatchNode {
  if (parser.isNested)
    throw new CommandError('BadValue', '$expr can only be applied to the top-level document');
  const { expressions, variables } = parser.scope;
  parser.scope.usesExpr = true;
  return new ExprNode(operand, expressions.compile(operand), variables);
}

/** Asks an expression of whole documents. */
export class ExprNode implements MatchNode {
  constructor(
    /** The expression as given. */
    readonly operand: Value,
    private readonly expression: Expression,
    private readonly variables: ReadonlyMap<string, Value | undefined>,
  ) {}

  decoded(document: Container): boolean {
    // Below $elemMatch, where a document may be an array, parsing refuses $expr.
    return isTrue(this.expression.evaluate(document as Doc, this.variables));
  }

  raw(bytes: Uint8Array, offset: number): boolean {
    return this.decoded(decodeDocument(bytes, offset));
  }
}

import type { Expression, ExpressionScope, OperatorCompiler } from '../expression';
import { constantExpression } from '../expression';
import { compileOperands, unary } from '../operands';
import { isTrue } from '../truth';

export const BOOLEAN_OPERATORS: Readonly<Record<string, OperatorCompiler>> = {
  $and: (argument, scope) => connective(compileOperands(argument, scope), scope, false),
  $or: (argument, scope) => connective(compileOperands(argument, scope), scope, true),
  $not: unary((operand) => !isTrue(operand)),
};

/** `$and` is decided by the first false operand, `$or` by the first true one; a constant that decides wins. */
function connective(operands: readonly Expression[], scope: ExpressionScope, deciding: boolean): Expression {
  const decided = operands.some((operand) => operand.constant && isTrue(operand.constant.value) === deciding);
  if (decided) return constantExpression(deciding);
  const expression: Expression = {
    evaluate: (document, variables) => {
      for (const operand of operands) {
        if (isTrue(operand.evaluate(document, variables)) === deciding) return deciding;
      }
      return !deciding;
    },
  };
  return scope.fold(expression, operands);
}

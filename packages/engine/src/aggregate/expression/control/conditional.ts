import type { Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import type { Expression, ExpressionScope, OperatorCompiler } from '../expression';
import { constantExpression } from '../expression';
import { compileOperands, exactOperands } from '../operands';
import { isNullish, isTrue } from '../truth';
import { SWITCH } from './switch';

export const CONDITIONAL_OPERATORS: Readonly<Record<string, OperatorCompiler>> = {
  $cond: (argument, scope, name) => {
    const operands =
      argument instanceof Map ? namedConditional(argument, scope) : exactOperands(argument, scope, name, 3);
    const [condition, then, otherwise] = operands as [Expression, Expression, Expression];
    const expression: Expression = {
      evaluate: (document, variables) =>
        (isTrue(condition.evaluate(document, variables)) ? then : otherwise).evaluate(document, variables),
    };
    return scope.fold(expression, operands);
  },
  $ifNull: (argument, scope) => {
    const operands = compileOperands(argument, scope);
    if (operands.length < 2) {
      throw new CommandError(1257300, `$ifNull needs at least two arguments, had: ${operands.length}`);
    }
    return firstNonNull(operands);
  },
  $switch: SWITCH,
};

function namedConditional(argument: ReadonlyMap<string, Value>, scope: ExpressionScope): Expression[] {
  const parts: Record<string, Expression | undefined> = { if: undefined, then: undefined, else: undefined };
  for (const [name, value] of argument) {
    if (!Object.hasOwn(parts, name))
      throw new CommandError(17083, `Unrecognized parameter to $cond: ${name}`);
    parts[name] = scope.compile(value);
  }
  const code = { if: 17080, then: 17081, else: 17082 };
  return (['if', 'then', 'else'] as const).map((name) => {
    const part = parts[name];
    if (part === undefined) throw new CommandError(code[name], `Missing '${name}' parameter to $cond`);
    return part;
  });
}

/** Constants are settled at once: nulls before the last operand are dropped, and a non-null one ends the list. */
function firstNonNull(all: readonly Expression[]): Expression {
  const operands: Expression[] = [];
  for (const [index, operand] of all.entries()) {
    const isLast = index === all.length - 1;
    if (operand.constant === undefined || isLast) operands.push(operand);
    else if (!isNullish(operand.constant.value)) {
      operands.push(operand);
      break;
    }
  }
  const last = operands.pop() as Expression;
  if (operands.length === 0) return last.constant ? constantExpression(last.constant.value) : last;
  return {
    evaluate: (document, variables) => {
      for (const operand of operands) {
        const value = operand.evaluate(document, variables);
        if (!isNullish(value)) return value;
      }
      return last.evaluate(document, variables);
    },
  };
}

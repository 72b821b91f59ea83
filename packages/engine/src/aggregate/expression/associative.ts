import type { Value } from '@argon/bson';
import type { Expression, ExpressionScope, OperatorCompiler } from './expression';
import { compileOperands, lazy, type LazyCompute } from './operands';

/**
 * An operator for which mongod merges nested uses of itself and computes constants beforehand wherever they stand:
 * they move behind the other operands, so `{$add: ["$a", 1, "$b", 2]}` is `$a + $b + 3`. This shows in rounding
 * and in which error is met first.
 */
export function variadicCommutative(compute: LazyCompute): OperatorCompiler {
  return (argument, scope, name) => {
    if (!scope.folds) return lazy(compileOperands(argument, scope), scope, name, compute);
    const operands = flatten(argument, scope, name);
    const constants = operands.filter((operand) => operand.constant !== undefined);
    if (constants.length === operands.length) return lazy(operands, scope, name, compute);
    const others = operands.filter((operand) => operand.constant === undefined);
    return lazy([...others, ...combine(constants, scope, name, compute)], scope, name, compute);
  };
}

/** The same where order matters: only neighbouring constants are combined. */
export function variadicAssociative(compute: LazyCompute): OperatorCompiler {
  return (argument, scope, name) => {
    if (!scope.folds) return lazy(compileOperands(argument, scope), scope, name, compute);
    const combined: Expression[] = [];
    let run: Expression[] = [];
    const operands = flatten(argument, scope, name);
    if (operands.every((operand) => operand.constant !== undefined)) {
      return lazy(operands, scope, name, compute);
    }
    for (const operand of operands) {
      if (operand.constant !== undefined) run.push(operand);
      else {
        combined.push(...combine(run, scope, name, compute), operand);
        run = [];
      }
    }
    combined.push(...combine(run, scope, name, compute));
    return lazy(combined, scope, name, compute);
  };
}

function combine(
  constants: readonly Expression[],
  scope: ExpressionScope,
  name: string,
  compute: LazyCompute,
): readonly Expression[] {
  return constants.length < 2 ? constants : [lazy(constants, scope, name, compute)];
}

function flatten(argument: Value, scope: ExpressionScope, name: string): Expression[] {
  const values = Array.isArray(argument) ? argument : [argument];
  return values.flatMap((value) => {
    if (value instanceof Map && value.size === 1 && value.has(name)) {
      return flatten(value.get(name) as Value, scope, name);
    }
    return [scope.compile(value)];
  });
}

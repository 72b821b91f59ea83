import type { Collation, Doc, Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { Expression, ExpressionScope, OperatorCompiler, Variables } from './expression';

type Operand = Value | undefined;

/** An operator's argument as the list of its operands: anything but an array is the only operand. */
export function compileOperands(argument: Value, scope: ExpressionScope): Expression[] {
  if (!Array.isArray(argument)) return [scope.compile(argument)];
  return argument.map((value) => scope.compile(value));
}

/** Operands of an operator that takes exactly `count`. */
export function exactOperands(
  argument: Value,
  scope: ExpressionScope,
  name: string,
  count: number,
): Expression[] {
  const operands = compileOperands(argument, scope);
  if (operands.length !== count) {
    throw new CommandError(
      16020,
      `Expression ${name} takes exactly ${count} arguments. ${operands.length} were passed in.`,
    );
  }
  return operands;
}

/** Operands of an operator that takes `least` to `most`. */
export function rangeOperands(
  argument: Value,
  scope: ExpressionScope,
  name: string,
  least: number,
  most: number,
): Expression[] {
  const operands = compileOperands(argument, scope);
  if (operands.length < least || operands.length > most) {
    throw new CommandError(
      28667,
      `Expression ${name} takes at least ${least} arguments, and at most ${most}, but ${operands.length} were passed in.`,
    );
  }
  return operands;
}

/** An operator that computes its result from one evaluated operand. */
export function unary(compute: (operand: Operand, name: string) => Operand): OperatorCompiler {
  return (argument, scope, name) => {
    const [operand] = exactOperands(argument, scope, name, 1) as [Expression];
    const expression: Expression = {
      evaluate: (document, variables) => compute(operand.evaluate(document, variables), name),
    };
    return scope.fold(expression, [operand]);
  };
}

/** An operator that computes its result from two evaluated operands. */
export function binary(
  compute: (left: Operand, right: Operand, name: string, collation: Collation | undefined) => Operand,
): OperatorCompiler {
  return (argument, scope, name) => {
    const { collation } = scope;
    const operands = exactOperands(argument, scope, name, 2);
    const [left, right] = operands as [Expression, Expression];
    const expression: Expression = {
      evaluate: (document, variables) =>
        compute(left.evaluate(document, variables), right.evaluate(document, variables), name, collation),
    };
    return scope.fold(expression, operands);
  };
}

/** The same, with the right operand evaluated first, as mongod does it for some: its errors come first. */
export function binaryRightFirst(
  compute: (left: Operand, right: Operand, name: string) => Operand,
): OperatorCompiler {
  return (argument, scope, name) => {
    const operands = exactOperands(argument, scope, name, 2);
    const [left, right] = operands as [Expression, Expression];
    const expression: Expression = {
      evaluate: (document, variables) => {
        const second = right.evaluate(document, variables);
        return compute(left.evaluate(document, variables), second, name);
      },
    };
    return scope.fold(expression, operands);
  };
}

/** An operator of exactly `count` evaluated operands. */
export function fixed(
  count: number,
  compute: (operands: readonly Operand[], name: string) => Operand,
): OperatorCompiler {
  return (argument, scope, name) =>
    evaluated(exactOperands(argument, scope, name, count), scope, name, compute);
}

function evaluated(
  operands: readonly Expression[],
  scope: ExpressionScope,
  name: string,
  compute: (operands: readonly Operand[], name: string) => Operand,
): Expression {
  const expression: Expression = {
    evaluate: (document, variables) =>
      compute(
        operands.map((operand) => operand.evaluate(document, variables)),
        name,
      ),
  };
  return scope.fold(expression, operands);
}

/** Evaluates operands itself, one after the other: what a null or a wrong type leaves out is never evaluated. */
export type LazyCompute = (
  operands: readonly Expression[],
  document: Doc,
  variables: Variables,
  name: string,
  collation: Collation | undefined,
) => Operand;

export function lazy(
  operands: readonly Expression[],
  scope: ExpressionScope,
  name: string,
  compute: LazyCompute,
): Expression {
  const { collation } = scope;
  const expression: Expression = {
    evaluate: (document, variables) => compute(operands, document, variables, name, collation),
  };
  return scope.fold(expression, operands);
}

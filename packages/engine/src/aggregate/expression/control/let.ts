import type { Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import type { Expression, OperatorCompiler } from '../expression';
import { constantExpression } from '../expression';
import { validateVariableName } from '../variable';

const literal: OperatorCompiler = (argument) => constantExpression(argument);

export const BINDING_OPERATORS: Readonly<Record<string, OperatorCompiler>> = {
  $literal: literal,
  $const: literal,
  $let: (argument, scope) => {
    if (!(argument instanceof Map))
      throw new CommandError(16874, '$let only supports an object as its argument');
    for (const name of argument.keys()) {
      if (name !== 'vars' && name !== 'in')
        throw new CommandError(16875, `Unrecognized parameter to $let: ${name}`);
    }
    const vars = argument.get('vars');
    const body = argument.get('in');
    if (vars === undefined) throw new CommandError(16876, "Missing 'vars' parameter to $let");
    if (body === undefined) throw new CommandError(16877, "Missing 'in' parameter to $let");
    if (!(vars instanceof Map)) throw new CommandError(10065, 'invalid parameter: expected an object (vars)');
    const bindings = [...vars].map(([name, value]): readonly [string, Expression] => {
      validateVariableName(name, 'definition');
      return [name, scope.compile(value)];
    });
    return bind(bindings, scope.define([...vars.keys()]).compile(body));
  },
};

function bind(bindings: readonly (readonly [string, Expression])[], body: Expression): Expression {
  if (bindings.length === 0) return body;
  return {
    evaluate: (document, variables) => {
      const inner = new Map(variables);
      for (const [name, expression] of bindings) inner.set(name, expression.evaluate(document, variables));
      return body.evaluate(document, inner);
    },
  };
}

/** The `as` of `$map`, `$filter` and the like: `this` unless given. */
export function elementVariable(as: Value | undefined): string {
  if (as === undefined) return 'this';
  const name = typeof as === 'string' ? as : '';
  validateVariableName(name, 'definition');
  return name;
}

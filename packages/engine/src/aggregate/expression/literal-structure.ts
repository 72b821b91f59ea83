import type { Doc, Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { describeDocument } from './describe';
import type { Expression, ExpressionScope, OperatorCompiler } from './expression';
import { validateFieldName } from './field-path';

/** `[expression, …]`: missing elements become null. */
export function compileArray(values: readonly Value[], scope: ExpressionScope): Expression {
  const elements = values.map((value) => scope.compile(value));
  const expression: Expression = {
    evaluate: (document, variables) =>
      elements.map((element) => {
        const value = element.evaluate(document, variables);
        return value === undefined ? null : value;
      }),
  };
  return scope.fold(expression, elements);
}

/** `{$operator: argument}` or `{field: expression, …}`, whose missing fields are left out. */
export function compileObject(
  object: Doc,
  scope: ExpressionScope,
  findOperator: (name: string) => OperatorCompiler,
): Expression {
  const [first] = object;
  if (first !== undefined && first[0].startsWith('$')) {
    if (object.size !== 1) {
      throw new CommandError(
        15983,
        `An object representing an expression must have exactly one field: ${describeDocument(object)}`,
      );
    }
    return findOperator(first[0])(first[1], scope, first[0]);
  }
  return compileFields(object, scope);
}

function compileFields(object: Doc, scope: ExpressionScope): Expression {
  const fields: [string, Expression][] = [];
  for (const [name, value] of object) {
    validateFieldName(name);
    fields.push([name, scope.compile(value)]);
  }
  const expression: Expression = {
    evaluate: (document, variables) => {
      const result: Doc = new Map();
      for (const [name, field] of fields) {
        const value = field.evaluate(document, variables);
        if (value !== undefined) result.set(name, value);
      }
      return result;
    },
  };
  return scope.fold(
    expression,
    fields.map(([, field]) => field),
  );
}

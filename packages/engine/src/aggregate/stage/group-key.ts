import type { Doc, Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { Expression, ExpressionScope } from '../expression/expression';
import { validateFieldName } from '../expression/field-path';

/**
 * The key of a group: an expression, or a document of expressions, of which those that are missing count as null.
 */
export function compileGroupKey(value: Value, scope: ExpressionScope): Expression {
  if (!(value instanceof Map) || value.size === 0) return scope.compile(value);
  const names = [...value.keys()];
  if (names[0]?.startsWith('$') === true) return scope.compile(value);
  if (names.some((name) => name.startsWith('$'))) {
    throw new CommandError(17390, '$group does not support inclusion-style expressions');
  }
  const fields = names.map((name): readonly [string, Expression] => {
    validateFieldName(name);
    return [name, compileGroupKey(value.get(name) as Value, scope)];
  });
  return {
    evaluate: (document, variables) => {
      const key: Doc = new Map();
      for (const [name, field] of fields) key.set(name, field.evaluate(document, variables) ?? null);
      return key;
    },
  };
}

import type { Doc, Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { Expression, ExpressionScope, Variables } from '../expression/expression';
import { validateFieldName } from '../expression/field-path';

/** The key of a group: a value, or the values of a document's fields. */
export interface GroupKey {
  /** What tells groups apart. */
  parts(document: Doc, variables: Variables): readonly (Value | undefined)[];
  /** The `_id` of a group whose first document had these parts. */
  id(parts: readonly (Value | undefined)[]): Value;
}

/**
 * Compiles `_id`. Of a document with several fields, missing ones are left out and are another group than null; of
 * one with a single field, as of any other expression, missing counts as null.
 */
export function compileGroupKey(value: Value, scope: ExpressionScope): GroupKey {
  const fields = value instanceof Map ? groupFields(value, scope) : undefined;
  if (fields === undefined) {
    const expression = scope.compile(value);
    return singleKey(expression, (part) => part);
  }
  const [first] = fields;
  if (first === undefined) return singleKey(scope.compile(value), (part) => part);
  if (fields.length === 1) return singleKey(first[1], (part) => new Map([[first[0], part]]));
  return {
    parts: (document, variables) => fields.map(([, field]) => field.evaluate(document, variables)),
    id: (parts) => {
      const id: Doc = new Map();
      for (const [index, [name]] of fields.entries()) {
        const part = parts[index];
        if (part !== undefined) id.set(name, part);
      }
      return id;
    },
  };
}

export function singleKey(expression: Expression, id: (part: Value) => Value = (part) => part): GroupKey {
  return {
    parts: (document, variables) => [expression.evaluate(document, variables) ?? null],
    id: ([part]) => id(part as Value),
  };
}

/** The fields of a document of expressions; undefined if it is an expression itself. */
function groupFields(value: Doc, scope: ExpressionScope): (readonly [string, Expression])[] | undefined {
  const names = [...value.keys()];
  if (names[0]?.startsWith('$') === true) return undefined;
  if (names.some((name) => name.startsWith('$'))) {
    throw new CommandError(17390, '$group does not support inclusion-style expressions');
  }
  return names.map((name): readonly [string, Expression] => {
    validateFieldName(name);
    return [name, scope.compile(value.get(name) as Value)];
  });
}

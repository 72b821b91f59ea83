import type { Value } from '@argon/bson';
import { constantExpression, type Expression } from './expression';
import { compileArray, compileObject } from './literal-structure';
import { findOperator } from './operator-table';
import { CompileScope } from './scope';
import { compileReference } from './variable';

/** The outermost scope of an expression or a pipeline. */
export function createScope(variables: Iterable<string> = []): CompileScope {
  return CompileScope.create(compileValue, variables);
}

function compileValue(value: Value, scope: CompileScope): Expression {
  if (typeof value === 'string') {
    return value.startsWith('$') ? compileReference(value, scope) : constantExpression(value);
  }
  if (Array.isArray(value)) return compileArray(value, scope);
  if (value instanceof Map) return compileObject(value, scope, findOperator);
  return constantExpression(value);
}

import type { Collation, Value } from '@argon/bson';
import { constantExpression, type Expression } from './expression';
import { compileArray, compileObject } from './literal-structure';
import { findOperator } from './operator-table';
import { CompileScope } from './scope';
import { compileReference } from './variable';

/**
 * Compiles an aggregation expression, once, for any number of evaluations.
 * Throws CommandError with mongod's code for whatever mongod refuses when it parses or optimizes it.
 *
 * @param variables - User variables that it may name, without `$$` (system variables always are defined).
 */
export function compileExpression(value: Value, variables: Iterable<string> = []): Expression {
  const scope = createScope(variables);
  const expression = scope.compile(value);
  scope.throwDeferred();
  return expression;
}

/** The outermost scope of an expression or a pipeline, where strings compare by a collation or by their bytes. */
export function createScope(variables: Iterable<string> = [], collation?: Collation): CompileScope {
  return CompileScope.create(compileValue, variables, collation);
}

/** Compiles a value in a scope: what a scope compiles by, unless it is to notice something. */
export function compileValue(value: Value, scope: CompileScope): Expression {
  if (typeof value === 'string') {
    return value.startsWith('$') ? compileReference(value, scope) : constantExpression(value);
  }
  if (Array.isArray(value)) return compileArray(value, scope);
  if (value instanceof Map) return compileObject(value, scope, findOperator);
  return constantExpression(value);
}

import type { Doc, Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { Expression, ExpressionScope, Variables } from './expression';
import { constantExpression } from './expression';
import { fieldPathExpression, parseFieldPath, valueAtPath } from './field-path';

/** Defined everywhere. `CURRENT` appears among a scope's own names only where an expression sets it. */
const SYSTEM_VARIABLES = new Set([
  'ROOT',
  'CURRENT',
  'NOW',
  'REMOVE',
  'CLUSTER_TIME',
  'JS_SCOPE',
  'IS_MR',
  'SEARCH_META',
]);

const CURRENT_IS_SET = 'CURRENT';

/** `"$path"`, `"$$variable"` or `"$$variable.path"`. */
export function compileReference(text: string, scope: ExpressionScope): Expression {
  if (!text.startsWith('$$')) {
    if (text === '$') throw new CommandError(16872, "'$' by itself is not a valid FieldPath");
    return fieldPathExpression(parseFieldPath(text.slice(1)), scope.isDefined(CURRENT_IS_SET));
  }
  const dot = text.indexOf('.');
  const name = dot < 0 ? text.slice(2) : text.slice(2, dot);
  validateVariableName(name, 'reference');
  checkDefined(name, scope);
  const rest = dot < 0 ? [] : parseFieldPath(text.slice(dot + 1));
  return compileVariable(name, rest, scope);
}

function checkDefined(name: string, scope: ExpressionScope): void {
  if (scope.isDefined(name)) return;
  if (name === 'SEARCH_META') {
    throw new CommandError(
      6347903,
      "Can't access $$SEARCH_META without a $search stage earlier in the pipeline",
    );
  }
  if (!SYSTEM_VARIABLES.has(name)) throw new CommandError(17276, `Use of undefined variable: ${name}`);
}

function compileVariable(name: string, rest: readonly string[], scope: ExpressionScope): Expression {
  if (name === 'REMOVE') return constantExpression(undefined);
  if (name === 'CURRENT') {
    if (rest.length > 0) return fieldPathExpression(rest, scope.isDefined(CURRENT_IS_SET));
    return { evaluate: (document, variables) => currentOf(document, variables) };
  }
  const read = name === 'ROOT' ? rootOf : reader(name);
  if (rest.length === 0) return { evaluate: read };
  return { evaluate: (document, variables) => valueAtPath(read(document, variables), rest) };
}

function reader(name: string): Expression['evaluate'] {
  return (_document, variables) => {
    const value = variables.get(name);
    if (value === undefined && SYSTEM_VARIABLES.has(name)) {
      throw new CommandError(51144, `Builtin variable '$$${name}' is not available`);
    }
    return value;
  };
}

function rootOf(document: Doc, variables: Variables): Value | undefined {
  return variables.has('ROOT') ? variables.get('ROOT') : document;
}

function currentOf(document: Doc, variables: Variables): Value | undefined {
  return variables.has('CURRENT') ? variables.get('CURRENT') : rootOf(document, variables);
}

const FIRST_LETTER = /^[a-z\u0080-\uffff]/;
const REFERENCE_LETTER = /^[a-zA-Z\u0080-\uffff]/;
const LETTERS = /^[a-zA-Z0-9_\u0080-\uffff]*$/;

/** Checks a variable's name; one that is being defined may not start with a capital, except CURRENT. */
export function validateVariableName(name: string, use: 'reference' | 'definition'): void {
  if (name === '') throw new CommandError('FailedToParse', 'empty variable names are not allowed');
  if (use === 'definition' && name === 'CURRENT') return;
  const first = use === 'definition' ? FIRST_LETTER : REFERENCE_LETTER;
  if (!first.test(name)) {
    throw new CommandError(
      'FailedToParse',
      `'${name}' starts with an invalid character for a ${use === 'definition' ? 'user ' : ''}variable name`,
    );
  }
  const bad = [...name].find((letter) => !LETTERS.test(letter));
  if (bad !== undefined) {
    throw new CommandError(
      'FailedToParse',
      `'${name}' contains an invalid character for a variable name: '${bad}'`,
    );
  }
}

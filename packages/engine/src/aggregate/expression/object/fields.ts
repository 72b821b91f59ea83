import { bsonTypeName, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import type { Expression, ExpressionScope, OperatorCompiler } from '../expression';
import { namedArguments } from '../named-arguments';
import { isNullish } from '../truth';

/** Operators on fields by a name that may hold dots and dollars; it must be a constant. */
export const FIELD_OPERATORS: Readonly<Record<string, OperatorCompiler>> = {
  $getField: (argument, scope) => {
    const isLong = argument instanceof Map && ![...argument.keys()][0]?.startsWith('$');
    if (!isLong) {
      scope.compile(argument);
      return getField(fieldName(argument, GET_CODES, '$getField'), scope.compile('$$CURRENT'));
    }
    const given = namedArguments(argument, {
      names: ['field', 'input'],
      notAnObject: () => new CommandError(3041704, '$getField only supports an object as its argument'),
      unknown: (name) => new CommandError(3041701, `$getField found an unknown argument: ${name}`),
    });
    const parts = compileAll(given, scope);
    const field = required(given, 'field', 3041702, '$getField');
    required(given, 'input', 3041703, '$getField');
    return getField(fieldName(field, GET_CODES, '$getField'), parts.get('input') as Expression);
  },
  $setField: (argument, scope, name) => {
    const given = setArguments(argument, name, ['field', 'input', 'value']);
    const parts = compileAll(given, scope);
    const field = required(given, 'field', 4161102, name);
    required(given, 'value', 4161103, name);
    required(given, 'input', 4161109, name);
    return setField(
      fieldName(field, SET_CODES, name),
      parts.get('input') as Expression,
      parts.get('value') as Expression,
    );
  },
  $unsetField: (argument, scope, name) => {
    const given = setArguments(argument, name, ['field', 'input']);
    const parts = compileAll(given, scope);
    const field = required(given, 'field', 4161102, name);
    required(given, 'input', 4161109, name);
    return setField(
      fieldName(field, SET_CODES, name),
      parts.get('input') as Expression,
      scope.compile('$$REMOVE'),
    );
  },
};

/**
 * All arguments in the order in which they are written, which decides whose error is met first. mongod does not
 * optimize them.
 */
function compileAll(given: Doc, scope: ExpressionScope): Map<string, Expression> {
  const inner = scope.withoutFolding();
  return new Map(Array.from(given, ([name, value]) => [name, inner.compile(value)]));
}

interface NameCodes {
  readonly path: number;
  readonly notConstant: number;
  readonly notString: number;
}

const GET_CODES: NameCodes = { path: 5654600, notConstant: 5654601, notString: 5654602 };
const SET_CODES: NameCodes = { path: 4161108, notConstant: 4161106, notString: 4161107 };

function setArguments(argument: Value, name: string, names: readonly string[]): Doc {
  return namedArguments(argument, {
    names,
    notAnObject: () => new CommandError(4161100, `${name} only supports an object as its argument`),
    unknown: (unknown) => new CommandError(4161101, `${name} found an unknown argument: ${unknown}`),
  });
}

function required(given: Doc, argument: string, code: number, name: string): Value {
  const value = given.get(argument);
  if (value === undefined) throw new CommandError(code, `${name} requires '${argument}' to be specified`);
  return value;
}

/** The name, which must be written out: what computing constants would make of an expression does not count. */
function fieldName(value: Value, codes: NameCodes, name: string): string {
  if (typeof value === 'string' && value.startsWith('$')) {
    const path = value.startsWith('$$') ? value.slice(1) : `$CURRENT.${value.slice(1)}`;
    throw new CommandError(
      codes.path,
      `'${path}' is a field path reference which is not allowed in this context. Did you mean {$literal: '${path}'}?`,
    );
  }
  const literal = literalOf(value);
  if (literal === undefined) {
    throw new CommandError(
      codes.notConstant,
      `${name} requires 'field' to evaluate to a constant, but got a non-constant argument`,
    );
  }
  if (typeof literal === 'string') return literal;
  throw new CommandError(
    codes.notString,
    `${name} requires 'field' to evaluate to type String, but got ${bsonTypeName(literal)}`,
  );
}

function literalOf(value: Value): Value | undefined {
  if (Array.isArray(value)) return undefined;
  if (!(value instanceof Map)) return value;
  return value.get('$literal') ?? value.get('$const');
}

function getField(field: string, input: Expression): Expression {
  return {
    evaluate: (document, variables) => {
      const value = input.evaluate(document, variables);
      if (value instanceof Map) return value.get(field);
      return value !== undefined && isNullish(value) ? null : undefined;
    },
  };
}

function setField(field: string, input: Expression, value: Expression): Expression {
  return {
    evaluate: (document, variables) => {
      const object = input.evaluate(document, variables);
      if (isNullish(object)) return null;
      if (!(object instanceof Map)) {
        throw new CommandError(4161105, "$setField requires 'input' to evaluate to type Object");
      }
      const result: Doc = new Map(object);
      const content = value.evaluate(document, variables);
      if (content === undefined) result.delete(field);
      else result.set(field, content);
      return result;
    },
  };
}

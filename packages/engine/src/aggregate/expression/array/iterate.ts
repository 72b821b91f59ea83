import { bsonTypeName, type Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { elementVariable } from '../control/let';
import { describeValue } from '../describe';
import type { Expression, OperatorCompiler } from '../expression';
import { asInt32 } from '../integral';
import { namedArguments } from '../named-arguments';
import { isNullish, isTrue } from '../truth';

/** Operators that evaluate an expression for each element of an array. mongod never computes these beforehand. */
export const ITERATION_OPERATORS: Readonly<Record<string, OperatorCompiler>> = {
  $map: (argument, scope) => {
    const given = namedArguments(argument, {
      names: ['input', 'as', 'in'],
      notAnObject: () => new CommandError(16878, '$map only supports an object as its argument'),
      unknown: (name) => new CommandError(16879, `Unrecognized parameter to $map: ${name}`),
    });
    const input = scope.compile(required(given, 'input', 16880, "Missing 'input' parameter to $map"));
    const each = required(given, 'in', 16882, "Missing 'in' parameter to $map");
    const variable = elementVariable(given.get('as'));
    return map(input, variable, scope.define([variable]).compile(each));
  },
  $filter: (argument, scope) => {
    const given = namedArguments(argument, {
      names: ['input', 'as', 'cond', 'limit'],
      notAnObject: () => new CommandError(28646, '$filter only supports an object as its argument'),
      unknown: (name) => new CommandError(28647, `Unrecognized parameter to $filter: ${name}`),
    });
    const input = scope.compile(required(given, 'input', 28648, "Missing 'input' parameter to $filter"));
    const condition = required(given, 'cond', 28650, "Missing 'cond' parameter to $filter");
    const variable = elementVariable(given.get('as'));
    const limit = given.get('limit');
    return filter(
      input,
      variable,
      scope.define([variable]).compile(condition),
      limit === undefined ? undefined : scope.compile(limit),
    );
  },
  $reduce: (argument, scope) => {
    const given = namedArguments(argument, {
      names: ['input', 'initialValue', 'in'],
      notAnObject: (value) =>
        new CommandError(40075, `$reduce requires an object as an argument, found: ${bsonTypeName(value)}`),
      unknown: (name) => new CommandError(40076, `$reduce found an unknown argument: ${name}`),
    });
    const input = scope.compile(required(given, 'input', 40077, "$reduce requires 'input' to be specified"));
    const initial = required(given, 'initialValue', 40078, "$reduce requires 'initialValue' to be specified");
    const each = required(given, 'in', 40079, "$reduce requires 'in' to be specified");
    return reduce(input, scope.compile(initial), scope.define(['this', 'value']).compile(each));
  },
};

function required(given: ReadonlyMap<string, Value>, name: string, code: number, message: string): Value {
  const value = given.get(name);
  if (value === undefined) throw new CommandError(code, message);
  return value;
}

function map(input: Expression, variable: string, each: Expression): Expression {
  return {
    evaluate: (document, variables) => {
      const array = input.evaluate(document, variables);
      if (isNullish(array)) return null;
      if (!Array.isArray(array)) {
        throw new CommandError(16883, `input to $map must be an array not ${bsonTypeName(array)}`);
      }
      const inner = new Map(variables);
      return array.map((element) => {
        inner.set(variable, element);
        const value = each.evaluate(document, inner);
        return value === undefined ? null : value;
      });
    },
  };
}

function filter(
  input: Expression,
  variable: string,
  condition: Expression,
  limit: Expression | undefined,
): Expression {
  return {
    evaluate: (document, variables) => {
      const array = input.evaluate(document, variables);
      if (isNullish(array)) return null;
      if (!Array.isArray(array)) {
        throw new CommandError(28651, `input to $filter must be an array not ${bsonTypeName(array)}`);
      }
      if (array.length === 0) return [];
      const most = limit === undefined ? Infinity : filterLimit(limit.evaluate(document, variables));
      const inner = new Map(variables);
      const kept: Value[] = [];
      for (const element of array) {
        inner.set(variable, element);
        if (!isTrue(condition.evaluate(document, inner))) continue;
        if (kept.push(element) >= most) break;
      }
      return kept;
    },
  };
}

function filterLimit(value: Value | undefined): number {
  if (isNullish(value)) return Infinity;
  const limit = asInt32(value);
  if (limit === undefined) {
    throw new CommandError(
      327391,
      `$filter: limit must be represented as a 32-bit integral value: ${describeValue(value)}`,
    );
  }
  if (limit <= 0) throw new CommandError(327392, `$filter: limit must be greater than 0: ${limit}`);
  return limit;
}

function reduce(input: Expression, initial: Expression, each: Expression): Expression {
  return {
    evaluate: (document, variables) => {
      const array = input.evaluate(document, variables);
      if (isNullish(array)) return null;
      if (!Array.isArray(array)) {
        throw new CommandError(
          40080,
          `$reduce requires that 'input' be an array, found: ${describeValue(array)}`,
        );
      }
      let value = initial.evaluate(document, variables);
      const inner = new Map(variables);
      for (const element of array) {
        inner.set('this', element);
        inner.set('value', value);
        value = each.evaluate(document, inner);
      }
      return value;
    },
  };
}

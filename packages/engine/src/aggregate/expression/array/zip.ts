import { bsonTypeName, type Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { describeValue } from '../describe';
import type { Expression, ExpressionScope, OperatorCompiler } from '../expression';
import { namedArguments } from '../named-arguments';
import { isNullish } from '../truth';

/** `$zip: {inputs: [a, b], useLongestLength, defaults}` */
export const ZIP: OperatorCompiler = (argument, scope) => {
  const given = namedArguments(argument, {
    names: ['inputs', 'defaults', 'useLongestLength'],
    notAnObject: (value) =>
      new CommandError(34460, `$zip only supports an object as an argument, found ${bsonTypeName(value)}`),
    unknown: (name) => new CommandError(34464, `$zip found an unknown argument: ${name}`),
  });
  const inputs = expressions(given.get('inputs'), 34461, 'inputs', scope);
  const defaults = expressions(given.get('defaults'), 34462, 'defaults', scope);
  const longest = given.get('useLongestLength') ?? false;
  if (typeof longest !== 'boolean') {
    throw new CommandError(34463, `useLongestLength must be a bool, found ${bsonTypeName(longest)}`);
  }
  if (inputs.length === 0) throw new CommandError(34465, '$zip requires at least one input array');
  if (defaults.length > 0 && !longest) {
    throw new CommandError(34466, 'cannot specify defaults unless useLongestLength is true');
  }
  if (defaults.length > 0 && defaults.length !== inputs.length) {
    throw new CommandError(34467, 'defaults and inputs must have the same length');
  }
  return zip(inputs, defaults, longest);
};

function expressions(
  value: Value | undefined,
  code: number,
  name: string,
  scope: ExpressionScope,
): readonly Expression[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.map((element) => scope.compile(element));
  throw new CommandError(code, `${name} must be an array of expressions, found ${bsonTypeName(value)}`);
}

function zip(inputs: readonly Expression[], defaults: readonly Expression[], longest: boolean): Expression {
  return {
    evaluate: (document, variables) => {
      const arrays: Value[][] = [];
      for (const input of inputs) {
        const array = input.evaluate(document, variables);
        if (isNullish(array)) return null;
        if (!Array.isArray(array)) {
          throw new CommandError(34468, `$zip found a non-array expression in input: ${describeValue(array)}`);
        }
        arrays.push(array);
      }
      const fallback = inputs.map((_, index) => defaults[index]?.evaluate(document, variables) ?? null);
      const lengths = arrays.map((array) => array.length);
      const length = longest ? Math.max(...lengths) : Math.min(...lengths);
      return Array.from({ length }, (_, row) =>
        arrays.map((array, column) => (row < array.length ? array[row] : fallback[column]) as Value),
      );
    },
  };
}

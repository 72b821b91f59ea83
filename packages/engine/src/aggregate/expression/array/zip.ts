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
  let inputs: readonly Expression[] = [];
  let defaults: readonly Expression[] = [];
  let longest = false;
  for (const [name, value] of given) {
    if (name === 'inputs') inputs = expressions(value, 34461, 'inputs', scope);
    else if (name === 'defaults') defaults = expressions(value, 34462, 'defaults', scope);
    else longest = flag(value);
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

function flag(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  throw new CommandError(34463, `useLongestLength must be a bool, found ${bsonTypeName(value)}`);
}

function expressions(
  value: Value,
  code: number,
  name: string,
  scope: ExpressionScope,
): readonly Expression[] {
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
          throw new CommandError(
            34468,
            `$zip found a non-array expression in input: ${describeValue(array)}`,
          );
        }
        arrays.push(array);
      }
      const lengths = arrays.map((array) => array.length);
      const [least, most] = [Math.min(...lengths), Math.max(...lengths)];
      const length = longest ? most : least;
      const fallback = least === length ? [] : defaults.map((given) => given.evaluate(document, variables));
      return Array.from({ length }, (_, row) =>
        // A default that is missing leaves nothing in its place.
        arrays
          .map((array, column) =>
            row < array.length ? array[row] : column < fallback.length ? fallback[column] : null,
          )
          .filter((value) => value !== undefined),
      );
    },
  };
}

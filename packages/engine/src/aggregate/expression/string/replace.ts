import { bsonTypeName, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { describeValue } from '../describe';
import type { Expression, ExpressionScope, OperatorCompiler } from '../expression';
import { namedArguments } from '../named-arguments';
import { isNullish } from '../truth';

export const REPLACE_OPERATORS: Readonly<Record<string, OperatorCompiler>> = {
  $replaceOne: replacer((text, find, replacement) => {
    const at = text.indexOf(find);
    return at < 0 ? text : text.slice(0, at) + replacement + text.slice(at + find.length);
  }),
  $replaceAll: replacer((text, find, replacement) =>
    // An empty search string is found between any two characters and at both ends.
    find === '' ? ['', ...Array.from(text), ''].join(replacement) : text.split(find).join(replacement),
  ),
};

type Replace = (text: string, find: string, replacement: string) => string;

function replacer(replace: Replace): OperatorCompiler {
  return (argument, scope, name) => {
    const given = namedArguments(argument, {
      names: ['input', 'find', 'replacement'],
      notAnObject: (value) =>
        new CommandError(51751, `${name} requires an object as an argument, found: ${bsonTypeName(value)}`),
      unknown: (unknown) => new CommandError(51750, `${name} found an unknown argument: ${unknown}`),
    });
    const input = required(given, 'input', 51749, name, scope);
    const find = required(given, 'find', 51748, name, scope);
    const replacement = required(given, 'replacement', 51747, name, scope);
    return {
      evaluate: (document, variables) => {
        const values = [input, find, replacement].map((part) => part.evaluate(document, variables));
        const text = textOf(values[0], 'input', 51746, name);
        const sought = textOf(values[1], 'find', 51745, name);
        const substitute = textOf(values[2], 'replacement', 51744, name);
        if (text === null || sought === null || substitute === null) return null;
        return replace(text, sought, substitute);
      },
    };
  };
}

function required(
  given: Doc,
  argument: string,
  code: number,
  name: string,
  scope: ExpressionScope,
): Expression {
  const value = given.get(argument);
  if (value === undefined) throw new CommandError(code, `${name} requires '${argument}' to be specified`);
  return scope.compile(value);
}

function textOf(value: Value | undefined, argument: string, code: number, name: string): string | null {
  if (isNullish(value)) return null;
  if (typeof value === 'string') return value;
  throw new CommandError(
    code,
    `${name} requires that '${argument}' be a string, found: ${describeValue(value)}`,
  );
}

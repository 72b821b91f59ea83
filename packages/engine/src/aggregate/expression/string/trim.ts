import { bsonTypeName, type Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { describeValue } from '../describe';
import type { OperatorCompiler } from '../expression';
import { namedArguments } from '../named-arguments';
import { lazy } from '../operands';
import { isNullish } from '../truth';

type Operand = Value | undefined;

/** mongod's default: NUL, the ASCII spaces, and Unicode's. */
const WHITESPACE: ReadonlySet<string> = new Set(
  '\0 \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a',
);

export const TRIM_OPERATORS: Readonly<Record<string, OperatorCompiler>> = {
  $trim: trimmer(true, true),
  $ltrim: trimmer(true, false),
  $rtrim: trimmer(false, true),
};

function trimmer(left: boolean, right: boolean): OperatorCompiler {
  return (argument, scope, name) => {
    const given = namedArguments(argument, {
      names: ['input', 'chars'],
      notAnObject: (value) =>
        new CommandError(
          50696,
          `${name} only supports an object as an argument, found ${bsonTypeName(value)}`,
        ),
      unknown: (unknown) => new CommandError(50694, `${name} found an unknown argument: ${unknown}`),
    });
    const input = given.get('input');
    const chars = given.get('chars');
    if (input === undefined) throw new CommandError(50695, `${name} requires an 'input' field`);
    const operands = [scope.compile(input), ...(chars === undefined ? [] : [scope.compile(chars)])];
    return lazy(operands, scope, name, (_, document, variables) =>
      trim((index) => operands[index]?.evaluate(document, variables), operands.length, name, left, right),
    );
  };
}

function trim(
  operand: (index: number) => Operand,
  count: number,
  name: string,
  left: boolean,
  right: boolean,
): Operand {
  const text = operand(0);
  if (isNullish(text)) return null;
  if (typeof text !== 'string') {
    throw new CommandError(
      50699,
      `${name} requires its input to be a string, got ${describeValue(text)} (of type ${bsonTypeName(text)}) instead.`,
    );
  }
  if (count === 1) return trimCharacters(text, WHITESPACE, left, right);
  const chars = operand(1);
  if (isNullish(chars)) return null;
  if (typeof chars !== 'string') {
    throw new CommandError(
      50700,
      `${name} requires 'chars' to be a string, got ${describeValue(chars)} (of type ${bsonTypeName(chars)}) instead.`,
    );
  }
  return trimCharacters(text, new Set(chars), left, right);
}

function trimCharacters(text: string, set: ReadonlySet<string>, left: boolean, right: boolean): string {
  const characters = Array.from(text);
  let start = 0;
  let end = characters.length;
  if (left) while (start < end && set.has(characters[start] as string)) start++;
  if (right) while (end > start && set.has(characters[end - 1] as string)) end--;
  return characters.slice(start, end).join('');
}

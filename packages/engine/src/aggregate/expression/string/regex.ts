import { BSONRegExp, bsonTypeName, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { compileRegex } from '../../../match/regex/compile';
import type { Expression, OperatorCompiler } from '../expression';
import { namedArguments } from '../named-arguments';
import { isNullish } from '../truth';
import { codePointsBefore } from './utf8';

type Operand = Value | undefined;

export const REGEX_OPERATORS: Readonly<Record<string, OperatorCompiler>> = {
  $regexMatch: regexOperator(false, (text, regex) => new RegExp(regex).test(text)),
  $regexFind: regexOperator(null, (text, regex) => {
    const match = new RegExp(regex).exec(text);
    return match === null ? null : describeMatch(text, match, 0, 0);
  }),
  $regexFindAll: regexOperator([], findAll),
};

type Search = (text: string, regex: RegExp) => Value;

/** `{input, regex, options}`; `empty` is the answer for a null input or regex. */
function regexOperator(empty: Value, search: Search): OperatorCompiler {
  return (argument, scope, name) => {
    const given = namedArguments(argument, {
      names: ['input', 'regex', 'options'],
      notAnObject: (value) =>
        new CommandError(
          51103,
          `${name} expects an object of named arguments but found: ${bsonTypeName(value)}`,
        ),
      unknown: (unknown) => new CommandError(31024, `${name} found an unknown argument: ${unknown}`),
    });
    const [input, regex, options] = ['input', 'regex', 'options'].map((part) => {
      const value = given.get(part);
      return value === undefined ? undefined : scope.compile(value);
    });
    if (input === undefined) throw new CommandError(31022, `${name} requires 'input' parameter`);
    if (regex === undefined) throw new CommandError(31023, `${name} requires 'regex' parameter`);
    const fixedRegex = constantRegex(regex, options, scope, name);
    return {
      evaluate: (document, variables) => {
        const text = input.evaluate(document, variables);
        const pattern = fixedRegex === undefined ? regex.evaluate(document, variables) : undefined;
        const flags = fixedRegex === undefined ? options?.evaluate(document, variables) : undefined;
        if (!isNullish(text) && typeof text !== 'string') {
          throw new CommandError(51104, `${name} needs 'input' to be of type string`);
        }
        const compiled = fixedRegex === undefined ? toRegExp(pattern, flags, name) : fixedRegex;
        return isNullish(text) || compiled === null ? empty : search(text, compiled);
      },
    };
  };
}

/** The regex, if it is known beforehand; then its errors are known beforehand too. */
function constantRegex(
  regex: Expression,
  options: Expression | undefined,
  scope: Parameters<OperatorCompiler>[1],
  name: string,
): RegExp | null | undefined {
  if (regex.constant === undefined || (options !== undefined && options.constant === undefined))
    return undefined;
  let compiled: RegExp | null | undefined;
  scope.fold(
    {
      evaluate: () => {
        compiled = toRegExp(regex.constant?.value, options?.constant?.value, name);
        return null;
      },
    },
    [],
  );
  return compiled;
}

function toRegExp(regex: Operand, options: Operand, name: string): RegExp | null {
  if (!isNullish(regex) && typeof regex !== 'string' && !(regex instanceof BSONRegExp)) {
    throw new CommandError(51105, `${name} needs 'regex' to be of type string or regex`);
  }
  if (!isNullish(options) && typeof options !== 'string') {
    throw new CommandError(51106, `${name} needs 'options' to be of type string`);
  }
  const pattern = regex instanceof BSONRegExp ? regex.pattern : regex;
  const own = regex instanceof BSONRegExp ? regex.options : '';
  if (own !== '' && !isNullish(options)) {
    throw new CommandError(
      51107,
      `${name}: found regex option(s) specified in both 'regex' and 'option' fields`,
    );
  }
  const flags = isNullish(options) ? own : options;
  checkFlags(flags, name);
  return isNullish(pattern) ? null : compile(pattern, flags, name);
}

function checkFlags(options: string, name: string): void {
  if (options.includes('\0')) {
    throw new CommandError(51110, `${name}: regular expression options cannot contain an embedded null byte`);
  }
  const wrong = Array.from(options).find((option) => !'imsxu'.includes(option));
  if (wrong !== undefined) throw new CommandError(51108, `${name} invalid flag in regex options: ${wrong}`);
}

function compile(pattern: string, options: string, name: string): RegExp {
  if (pattern.includes('\0')) {
    throw new CommandError(51109, `${name}: regular expression cannot contain an embedded null byte`);
  }
  try {
    return compileRegex(pattern, options);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const reason = error.message.replace(/^Regular expression is invalid: /, '');
    throw new CommandError(51111, `Invalid Regex in ${name}: ${reason}`, { cause: error });
  }
}

function findAll(text: string, regex: RegExp): Value {
  const global = new RegExp(regex.source, `${regex.flags.replace('g', '')}g`);
  const found: Value[] = [];
  let from = 0;
  let counted = 0;
  for (const match of text.matchAll(global)) {
    // An empty match at the very end is not looked for.
    if (match.index >= text.length && text.length > 0) break;
    counted += codePointsBefore(text.slice(from, match.index), match.index - from);
    from = match.index;
    found.push(describeMatch(text, match, counted, from));
  }
  return found;
}

/** `counted` code points precede the UTF-16 index `from`, which is at or before the match. */
function describeMatch(text: string, match: RegExpMatchArray, counted: number, from: number): Doc {
  const index = match.index ?? 0;
  return new Map<string, Value>([
    ['match', match[0]],
    ['idx', counted + codePointsBefore(text.slice(from, index), index - from)],
    ['captures', match.slice(1).map((capture) => (capture as string | undefined) ?? null)],
  ]);
}

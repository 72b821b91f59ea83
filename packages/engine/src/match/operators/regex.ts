import { BSONRegExp, BSONSymbol } from '@argon/bson';
import type { Doc, Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { Condition } from '../condition';
import { DecodingTest } from '../decoding-test';
import type { Position, ValueTest } from '../node';
import { compileRegex } from '../regex/compile';

/** `{field: /pattern/options}`, and what `$regex` with `$options` comes to. */
export function regexCondition(pattern: string, options: string): Condition {
  const test = regexTest(pattern, options);
  return {
    kind: 'test',
    operator: '$regex',
    operand: new BSONRegExp(pattern, options),
    test,
    arrays: 'items',
  };
}

/** `$regex`, with the `$options` beside it in the same document of operators. */
export function regexOperatorCondition(operators: Doc): Condition {
  let pattern = '';
  let options: string | undefined;
  for (const [name, operand] of operators) {
    if (name === '$regex') {
      if (typeof operand === 'string') pattern = operand;
      else if (operand instanceof BSONRegExp) {
        pattern = operand.pattern;
        if (operand.options === '') continue;
        if (options) throw new CommandError(51074, 'options set in both $regex and $options');
        options = operand.options;
      } else throw new CommandError('BadValue', '$regex has to be a string');
    } else if (name === '$options') {
      if (typeof operand !== 'string') throw new CommandError('BadValue', '$options has to be a string');
      if (options) throw new CommandError(51075, 'options set in both $regex and $options');
      options = operand;
    }
  }
  return regexCondition(pattern, options ?? '');
}

export function regexTest(pattern: string, options: string): ValueTest {
  return new RegexTest(compileRegex(pattern, options), pattern, options);
}

/** Strings and symbols that the pattern matches, and regular expressions that are the same as it. */
class RegexTest extends DecodingTest {
  constructor(
    private readonly expression: RegExp,
    private readonly pattern: string,
    private readonly options: string,
  ) {
    super();
  }

  decoded(value: Value | undefined): boolean {
    if (typeof value === 'string') return this.expression.test(value);
    if (value instanceof BSONSymbol) return this.expression.test(value.toString());
    return value instanceof BSONRegExp && value.pattern === this.pattern && value.options === this.options;
  }

  override raw(bytes: Uint8Array, type: number, start: number, position?: Position): boolean {
    return (type === 2 || type === 14 || type === 11) && super.raw(bytes, type, start, position);
  }
}

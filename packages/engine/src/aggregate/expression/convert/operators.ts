import { bsonTypeName, isNumber, type Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import type { Expression, ExpressionScope, OperatorCompiler } from '../expression';
import { constantExpression } from '../expression';
import { asInt32 } from '../integral';
import { namedArguments } from '../named-arguments';
import { compileOperands } from '../operands';
import { isNullish } from '../truth';
import { convertValue } from './conversions';
import { ConversionFailure } from './failure';
import { isTypeName, typeNameOf } from './type-names';

/** `$convert` and its short forms. */
export const CONVERSION_OPERATORS: Readonly<Record<string, OperatorCompiler>> = {
  $convert: (argument, scope) => {
    const given = namedArguments(argument, {
      names: ['input', 'to', 'onError', 'onNull'],
      notAnObject: (value) =>
        new CommandError(
          'FailedToParse',
          `$convert expects an object of named arguments but found: ${bsonTypeName(value)}`,
        ),
      unknown: (name) => new CommandError('FailedToParse', `$convert found an unknown argument: ${name}`),
    });
    const [input, to, onError, onNull] = ['input', 'to', 'onError', 'onNull'].map((name) => {
      const value = given.get(name);
      return value === undefined ? undefined : scope.compile(value);
    });
    if (input === undefined) throw new CommandError('FailedToParse', "Missing 'input' parameter to $convert");
    if (to === undefined) throw new CommandError('FailedToParse', "Missing 'to' parameter to $convert");
    return convert({ input, to, onError, onNull }, scope);
  },
  $toBool: shorthand('bool'),
  $toDate: shorthand('date'),
  $toDecimal: shorthand('decimal'),
  $toDouble: shorthand('double'),
  $toInt: shorthand('int'),
  $toLong: shorthand('long'),
  $toObjectId: shorthand('objectId'),
  $toString: shorthand('string'),
};

function shorthand(type: string): OperatorCompiler {
  return (argument, scope, name) => {
    const operands = compileOperands(argument, scope);
    const [input] = operands;
    if (input === undefined || operands.length !== 1) {
      throw new CommandError(50723, `${name} requires a single argument, got ${operands.length}`);
    }
    return convert({ input, to: constantExpression(type), onError: undefined, onNull: undefined }, scope);
  };
}

interface Parts {
  readonly input: Expression;
  readonly to: Expression;
  readonly onError: Expression | undefined;
  readonly onNull: Expression | undefined;
}

function convert({ input, to, onError, onNull }: Parts, scope: ExpressionScope): Expression {
  const expression: Expression = {
    evaluate: (document, variables) => {
      const type = to.evaluate(document, variables);
      const value = input.evaluate(document, variables);
      const target = isNullish(type) ? undefined : targetType(type);
      if (isNullish(value)) return onNull === undefined ? null : onNull.evaluate(document, variables);
      if (target === undefined) return null;
      try {
        return convertValue(value, target);
      } catch (error) {
        if (onError === undefined || !isConversionFailure(error)) throw error;
        return onError.evaluate(document, variables);
      }
    },
  };
  return scope.fold(expression, [input, to, onError, onNull]);
}

function isConversionFailure(error: unknown): boolean {
  return error instanceof ConversionFailure || (error instanceof CommandError && error.mongoCode === 241);
}

function targetType(type: Value): string {
  if (typeof type === 'string') {
    if (isTypeName(type)) return type;
    throw new CommandError('BadValue', `Unknown type name: ${type}`);
  }
  if (!isNumber(type)) {
    throw new CommandError(
      'FailedToParse',
      `$convert's 'to' argument must be a string or number, but is ${bsonTypeName(type)}`,
    );
  }
  const number = asInt32(type);
  if (number === undefined) {
    throw new CommandError('FailedToParse', "In $convert, numeric 'to' argument is not an integer");
  }
  const name = typeNameOf(number);
  if (name !== undefined) return name;
  throw new CommandError(
    'FailedToParse',
    `In $convert, numeric value for 'to' does not correspond to a BSON type: ${number}`,
  );
}

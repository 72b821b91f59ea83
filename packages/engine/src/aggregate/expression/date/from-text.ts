import { bsonTypeName, type Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { ConversionFailure } from '../convert/failure';
import { describeValue } from '../describe';
import type { Expression, OperatorCompiler } from '../expression';
import { namedArguments } from '../named-arguments';
import { isNullish } from '../truth';
import { compileArguments, requireArgument, zoneOf } from './arguments';
import { checkFormat } from './format';
import { parseDateText } from './parse';
import { parseByFormat } from './parse-format';

const NAMES = ['dateString', 'format', 'timezone', 'onNull', 'onError'] as const;

export const DATE_FROM_STRING: OperatorCompiler = (argument, scope) => {
  const given = namedArguments(argument, {
    names: NAMES,
    notAnObject: (value) =>
      new CommandError(
        40540,
        `$dateFromString only supports an object as an argument, found: ${bsonTypeName(value)}`,
      ),
    unknown: (name) => new CommandError(40541, `Unrecognized argument to $dateFromString: ${name}`),
  });
  requireArgument(given, 'dateString', 40542, "Missing 'dateString' parameter to $dateFromString");
  const parts = compileArguments(given, NAMES, scope);
  const { format, timezone, onNull, onError } = parts;
  const dateString = parts.dateString as Expression;
  const expression: Expression = {
    evaluate: (document, variables) => {
      const text = dateString.evaluate(document, variables);
      const formatText = format === undefined ? undefined : formatOf(format.evaluate(document, variables));
      const zone = zoneOf(timezone?.evaluate(document, variables), timezone !== undefined);
      if (isNullish(text)) return onNull === undefined ? null : onNull.evaluate(document, variables);
      try {
        const checked = textOf(text);
        if (zone === null || formatText === null) return null;
        if (formatText === undefined) return parseDateText(checked, zone, timezone !== undefined);
        return parseByFormat(checked, formatText, zone, timezone !== undefined);
      } catch (error) {
        if (onError === undefined || !(error instanceof ConversionFailure)) throw error;
        return onError.evaluate(document, variables);
      }
    },
  };
  return scope.fold(expression, [dateString, format, timezone, onNull, onError]);
};

function textOf(text: Value): string {
  if (typeof text === 'string') return text;
  throw new ConversionFailure(
    `$dateFromString requires that 'dateString' be a string, found: ${bsonTypeName(text)} with value ${describeValue(text)}`,
  );
}

function formatOf(format: Value | undefined): string | null {
  if (isNullish(format)) return null;
  if (typeof format !== 'string') {
    throw new CommandError(
      40684,
      `$dateFromString requires that 'format' be a string, found: ${bsonTypeName(format)} with value ${describeValue(format)}`,
    );
  }
  checkFormat(format, 'parse');
  return format;
}

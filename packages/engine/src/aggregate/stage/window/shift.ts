import type { Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { describeElement } from '../../expression/describe';
import { asInt32 } from '../../expression/integral';
import { isNullish } from '../../expression/truth';
import type { WindowFunctionCompiler } from './window-function';

function failed(message: string): CommandError {
  return new CommandError('FailedToParse', message);
}

/** `$shift: {output, by, default}`: another document's value. */
export const SHIFT: WindowFunctionCompiler = ({ argument, specification, sortBy, scope }) => {
  if (sortBy.length === 0) throw failed("'$shift' requires a sortBy");
  if (!(argument instanceof Map)) throw failed('Argument to $shift must be an object');
  if (specification.has('window')) throw failed("$shift does not accept a 'window' field");
  for (const name of argument.keys()) {
    if (name !== 'output' && name !== 'by' && name !== 'default') throw failed('Unknown argument in $shift');
  }
  const output = argument.get('output');
  const by = argument.get('by');
  if (by === undefined) throw failed("$shift requires 'by' as an integer value.");
  if (output === undefined) throw failed("$shift requires an 'output' expression.");
  const distance = asInt32(by);
  if (distance === undefined) {
    throw failed(`'$shift:by' field must be an integer, but found  by: ${describeElement(by)}`);
  }
  const given = argument.get('default');
  const otherwise = given === undefined ? null : scope.compile(given).constant;
  if (otherwise === undefined) throw failed("'$shift:default' expression must yield a constant value.");
  const expression = scope.compile(output);
  return {
    compute: ({ documents, variables }) =>
      documents.map((_, index) => {
        const document = documents[index + distance];
        return document === undefined ? (otherwise?.value ?? null) : expression.evaluate(document, variables);
      }),
  };
};

/** `$locf`: the last value that is not null, up to and including the document's own. */
export const LOCF: WindowFunctionCompiler = ({ argument, specification, scope }) => {
  if (specification.has('window')) throw failed("'window' field is not allowed in $locf");
  const expression = scope.compile(argument);
  return {
    compute: ({ documents, variables }) => {
      let last: Value = null;
      return documents.map((document) => {
        const value = expression.evaluate(document, variables);
        if (!isNullish(value)) last = value;
        return last;
      });
    },
  };
};

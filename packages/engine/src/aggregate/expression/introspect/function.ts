import { bsonTypeName } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import type { OperatorCompiler } from '../expression';

/** `$function` is checked as mongod does it, and then refused: Argon runs no JavaScript of its clients. */
export const FUNCTION: OperatorCompiler = (argument) => {
  if (!(argument instanceof Map)) {
    throw new CommandError(
      31260,
      `$function requires an object as an argument, found: ${bsonTypeName(argument)}`,
    );
  }
  if (!argument.has('body')) throw new CommandError(31261, 'The body function must be specified.');
  if (!argument.has('args')) throw new CommandError(31263, 'The args field must be specified.');
  if (!argument.has('lang')) throw new CommandError(31418, 'The lang field must be specified.');
  throw new CommandError(31264, javaScriptIsOff('$function'));
};

/** What a refused operator says. */
export function javaScriptIsOff(operator: string): string {
  return `Cannot run server-side javascript without the javascript engine enabled: ${operator} is off in Argon; write it with aggregation operators instead`;
}

import type { Value } from '@argon/bson';
import type { Expression } from '../aggregate/expression/expression';
import type { CompileScope } from '../aggregate/expression/scope';
import { CommandError } from '../handler/errors';

/** Compiles an aggregation expression of a find projection, whose unknown operators have a code of their own. */
export function compileProjectedExpression(value: Value, scope: CompileScope): Expression {
  try {
    return scope.compile(value);
  } catch (error) {
    const operator = value instanceof Map ? value.keys().next().value : undefined;
    if (error instanceof CommandError && error.message === `Unrecognized expression '${operator}'`) {
      throw new CommandError(31325, `Unknown expression ${operator}`);
    }
    throw error;
  }
}

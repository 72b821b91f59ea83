import type { Doc, Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { Variables } from '../expression/expression';
import { withContext, type CompileScope } from '../expression/scope';
import { parseProjection } from './project-spec';

/** `$project`: `_id` is included unless it is excluded. */
export function compileProjectStage(
  argument: Value,
  scope: CompileScope,
): (document: Doc, variables: Variables) => Doc {
  if (!(argument instanceof Map)) throw new CommandError(15969, '$project specification must be an object');
  const root = inContext('$project', () => parseProjection(argument, scope));
  return (document, variables) => root.apply(document, document, variables);
}

/** Runs the parser of a stage's specification; its errors say which stage is invalid. */
export function inContext<Result>(stage: string, parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    throw error instanceof CommandError ? withContext(error, `Invalid ${stage}`) : error;
  }
}

import type { Doc, Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { compileFilter, type Matcher } from '../../match/compile';
import { withContext } from '../expression/scope';
import type { Variables } from '../expression/expression';
import { checkKnownToAll } from '../needed-metadata';
import { hasText } from './placement';
import type { Stage, StageCompiler, StageContext } from './stage';
import { failureOf } from './stream';

/** `$match` */
export const MATCH: StageCompiler = (argument, context, name) => {
  if (!(argument instanceof Map)) {
    throw new CommandError(15959, 'the match filter must be an expression in an object');
  }
  refuseElsewhere(argument);
  const matcherFor = filterCompiler(argument, context);
  if (!hasText(argument)) refuseMetadata(argument);
  const stage: Stage = {
    name,
    async *run(source, variables) {
      const matcher = matcherFor(variables);
      for await (const batch of source) {
        const matching: Doc[] = [];
        const failure = failureOf(() => {
          for (const document of batch) if (matcher.matches(document)) matching.push(document);
        });
        if (matching.length > 0) yield matching;
        if (failure !== undefined) throw failure.error;
      }
    },
    pushdown: { kind: 'match', filter: argument },
  };
  return stage;
};

/**
 * Compiles a filter. One with `$expr` may name variables that differ from run to run, so it is compiled again for
 * each; its errors show at once all the same.
 */
function filterCompiler(filter: Doc, { scope, env }: StageContext): (variables: Variables) => Matcher {
  const compile = (variables: Variables): Matcher => {
    return compileFilter(filter, { now: env.now, variables, collation: env.collation });
  };
  const first = inOptimizeContext(() => compile(scope.undefinedVariables()));
  return mentionsExpression(filter) ? compile : () => first;
}

/** mongod computes the constants of `$expr` after parsing, and says so. */
function inOptimizeContext<Result>(compile: () => Result): Result {
  try {
    return compile();
  } catch (error) {
    if (error instanceof CommandError && error.message.startsWith('Failed to optimize expression')) {
      throw withContext(error, 'Failed to optimize pipeline');
    }
    throw error;
  }
}

function mentionsExpression(value: Value): boolean {
  if (Array.isArray(value)) return value.some(mentionsExpression);
  if (!(value instanceof Map)) return false;
  return value.has('$expr') || [...value.values()].some(mentionsExpression);
}

/** A `$match` that does not search is told no metadata. @throws CommandError 40218 */
function refuseMetadata(filter: Doc): void {
  for (const [name, value] of filter) {
    if (name === '$expr') refuseInExpression(value);
    else if (name.startsWith('$') && Array.isArray(value)) {
      for (const each of value) if (each instanceof Map) refuseMetadata(each);
    }
  }
}

function refuseInExpression(expression: Value): void {
  if (Array.isArray(expression)) for (const each of expression) refuseInExpression(each);
  if (!(expression instanceof Map)) return;
  for (const [name, operand] of expression) {
    if (name === '$meta') checkKnownToAll(operand);
    else if (name !== '$literal') refuseInExpression(operand);
  }
}

/** Operators that find and update know, and a pipeline does not. */
function refuseElsewhere(filter: Value): void {
  if (Array.isArray(filter)) for (const element of filter) refuseElsewhere(element);
  if (!(filter instanceof Map)) return;
  for (const [name, value] of filter) {
    if (name === '$where') throw new CommandError('BadValue', '$where is not allowed in this context');
    if (name === '$near' || name === '$nearSphere' || name === '$geoNear') {
      throw new CommandError(5626500, '$geoNear, $near, and $nearSphere are not allowed in this context');
    }
    refuseElsewhere(value);
  }
}

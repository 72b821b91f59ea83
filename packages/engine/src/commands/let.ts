import type { Collation, Value } from '@argon/bson';
import { compileValue } from '../aggregate/expression/compile';
import type { Variables } from '../aggregate/expression/expression';
import { CompileScope, NO_DOCUMENT, withContext } from '../aggregate/expression/scope';
import { validateVariableName } from '../aggregate/expression/variable';
import { commandCollation } from '../collation/wanted-collation';
import { CommandError } from '../handler/errors';
import type { Operation } from '../handler/operation';

/**
 * The variables of a command's `let`, computed: expressions over no document, each of which may name those before it.
 * @throws CommandError as mongod does
 */
export function letVariables(operation: Operation): Variables | undefined {
  const given = operation.optionalDocument('let');
  if (given === undefined) return undefined;
  const wanted = commandCollation(operation.command);
  const collation = wanted === 'default' ? undefined : wanted.collation;
  const variables = new Map<string, Value | undefined>([['NOW', operation.started]]);
  for (const [name, expression] of given) {
    checkName(name);
    const value = compileWithoutDocument(expression, variables.keys(), collation).evaluate(
      NO_DOCUMENT,
      variables,
    );
    variables.set(name, value);
  }
  variables.delete('NOW');
  return variables;
}

/** The same, or what is wrong with it, which write commands tell of each statement. */
export function letVariablesOrError(operation: Operation): Variables | CommandError | undefined {
  try {
    return letVariables(operation);
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
}

function checkName(name: string): void {
  try {
    validateVariableName(name, 'definition');
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw withContext(error, "Invalid 'let' parameter");
  }
}

/** mongod refuses an expression that names a field anywhere, even where it would not be read. */
function compileWithoutDocument(
  expression: Value,
  names: Iterable<string>,
  collation: Collation | undefined,
) {
  let readsDocument = false;
  const scope = CompileScope.create(
    (value, inner) => {
      readsDocument ||= isFromDocument(value);
      return compileValue(value, inner);
    },
    names,
    collation,
  );
  const compiled = scope.compile(expression);
  if (readsDocument) {
    throw new CommandError(
      4890500,
      'Command let Expression tried to access a field, but this is not allowed because Command let Expressions run before the query examines any documents.',
    );
  }
  scope.throwDeferred();
  return compiled;
}

function isFromDocument(value: Value): boolean {
  return typeof value === 'string' && /^\$(?!\$)|^\$\$(ROOT|CURRENT)(\.|$)/.test(value);
}

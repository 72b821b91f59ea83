import { bsonTypeName, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { describeValue } from '../expression/describe';
import type { Variables } from '../expression/expression';
import type { CompileScope } from '../expression/scope';

/** `$replaceRoot: {newRoot: expression}` and `$replaceWith: expression`. */
export function compileReplaceRoot(
  argument: Value,
  scope: CompileScope,
  name: string,
): (document: Doc, variables: Variables) => Doc {
  const isLong = name === '$replaceRoot';
  const expression = scope.compile(isLong ? newRoot(argument) : argument);
  const what = isLong ? "'newRoot' expression " : "'replacement document' ";
  return (document, variables) => {
    const value = expression.evaluate(document, variables);
    if (value instanceof Map) return value;
    throw new CommandError(
      40228,
      `${what} must evaluate to an object, but resulting value was: ${describeValue(value)}. Type of resulting value: '${bsonTypeName(value)}'. Input document: ${describeValue(document)}`,
    );
  };
}

function newRoot(argument: Value): Value {
  if (!(argument instanceof Map)) {
    throw new CommandError(
      40229,
      `expected an object as specification for $replaceRoot stage, got ${bsonTypeName(argument)}`,
    );
  }
  const unknown = [...argument.keys()].find((name) => name !== 'newRoot');
  if (unknown !== undefined) {
    throw new CommandError(40415, `BSON field '$replaceRoot.${unknown}' is an unknown field.`);
  }
  const value = argument.get('newRoot');
  if (value !== undefined) return value;
  throw new CommandError(40414, "BSON field '$replaceRoot.newRoot' is missing but a required field");
}

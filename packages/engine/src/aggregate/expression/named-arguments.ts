import type { Doc, Value } from '@argon/bson';
import type { CommandError } from '../../handler/errors';

export interface ArgumentRules {
  /** The arguments an operator knows. */
  readonly names: readonly string[];
  notAnObject(argument: Value): CommandError;
  unknown(name: string): CommandError;
}

/** Checks that an operator's argument is an object of known arguments. */
export function namedArguments(argument: Value, rules: ArgumentRules): Doc {
  if (!(argument instanceof Map)) throw rules.notAnObject(argument);
  for (const name of argument.keys()) if (!rules.names.includes(name)) throw rules.unknown(name);
  return argument;
}

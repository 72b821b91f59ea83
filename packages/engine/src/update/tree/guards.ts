import type { Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { checkIdValue } from '../id-value';
import { fieldText } from '../text/value-text';
import { lastName, placeText, type ApplyContext } from './apply-context';
import type { Outcome } from './node';

/** The `_id`, or a part of it, would get another value. */
export function idChanged(context: ApplyContext): CommandError {
  return immutablePath(placeText(context));
}

export function immutablePath(path: string): CommandError {
  return new CommandError(
    'ImmutableField',
    `Performing an update on the path '${path}' would modify the immutable field '_id'`,
  );
}

/** The `_id` would get a further field. */
export function idGrew(value: Value, context: ApplyContext): CommandError {
  return new CommandError(
    'ImmutableField',
    `Updating the path '${placeText(context)}' to ${fieldText(lastName(context), value)} would modify the immutable field '_id'`,
  );
}

/**
 * Checks what an update puts at the top level: no name with `$` in front; an `_id` that can be one.
 * @throws CommandError DollarPrefixedFieldName, InvalidIdField
 */
export function checkStoredName(outcome: Outcome, context: ApplyContext): void {
  if (context.path.length !== 1) return;
  const name = context.path[0]!;
  if (name.startsWith('$')) throw dollarPrefixedField(name);
  if (name === '_id' && typeof outcome !== 'symbol' && outcome !== undefined) checkIdValue(outcome);
}

export function dollarPrefixedField(name: string): CommandError {
  return new CommandError(
    'DollarPrefixedFieldName',
    `The dollar ($) prefixed field '${name}' in '${name}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
  );
}

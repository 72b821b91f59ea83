import type { Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { fieldText } from '../text/value-text';
import { lastName, placeText, type ApplyContext } from './apply-context';

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
 * Refuses to store a top-level field with `$` in front of its name; in a new document mongod lets it pass.
 * @throws CommandError DollarPrefixedFieldName
 */
export function checkStoredName(context: ApplyContext): void {
  const [name] = context.path;
  if (context.path.length === 1 && name!.startsWith('$') && !context.inserting)
    throw dollarPrefixedField(name!);
}

export function dollarPrefixedField(name: string): CommandError {
  return new CommandError(
    'DollarPrefixedFieldName',
    `The dollar ($) prefixed field '${name}' in '${name}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
  );
}

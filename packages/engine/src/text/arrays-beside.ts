import type { Doc, Value } from '@argon/bson';
import type { IndexDefinition } from '@argon/materializer';
import { describeDocument } from '../aggregate/expression/describe';
import { CommandError } from '../handler/errors';

/** The fields of a text index that are no texts, before and behind them. */
export function fieldsBeside({ key }: IndexDefinition): string[] {
  return [...key].flatMap(([path, kind]) => (kind === 'text' || path === '_ftsx' ? [] : [path]));
}

/**
 * Beside its texts a text index holds one value of each field: none may be in an array, nor be one, whether the
 * document has texts or not.
 * @throws CommandError 201
 */
export function refuseArraysBeside(fields: readonly string[], document: Doc): void {
  const path = fields.find((field) => meetsArray(document, field.split('.')));
  if (path === undefined) return;
  throw new CommandError(
    'CannotBuildIndexKeys',
    `Field '${path}' of text index contains an array in document: ${describeDocument(document)}`,
  );
}

/** A number in a path means an item of an array, and the array is then none of several values. */
function meetsArray(value: Value | undefined, [field, ...rest]: readonly string[]): boolean {
  if (Array.isArray(value)) {
    return field === undefined || !/^\d+$/.test(field) || meetsArray(value[Number(field)], rest);
  }
  return field !== undefined && value instanceof Map && meetsArray(value.get(field), rest);
}

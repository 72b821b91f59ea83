import type { Doc, Value } from '@argon/bson';

/**
 * Whether a value is a document of operators (`{$gt: 1}`) rather than a value to compare with: its first field starts
 * with `$`, and it is not a DBRef.
 *
 * @param dbRef - What counts as a DBRef: one with both `$ref` and `$id`, or any part of one.
 */
export function isOperatorDocument(
  value: Value,
  dbRef: 'whole DBRef' | 'any part of a DBRef' = 'whole DBRef',
): value is Doc {
  if (!(value instanceof Map)) return false;
  const [first] = value.keys();
  if (first === undefined || !first.startsWith('$')) return false;
  const isDBRef =
    dbRef === 'whole DBRef'
      ? value.has('$ref') && value.has('$id')
      : value.has('$ref') || value.has('$id') || value.has('$db');
  return !isDBRef;
}

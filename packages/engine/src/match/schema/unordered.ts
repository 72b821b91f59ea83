import { encodeKey } from '@argon/bson';
import type { Value } from '@argon/bson';

/** A key that two values share exactly if they are equal when the order of fields in documents does not count. */
export function unorderedKey(value: Value): string {
  return encodeKey([sorted(value)]);
}

function sorted(value: Value): Value {
  if (Array.isArray(value)) return value.map(sorted);
  if (!(value instanceof Map)) return value;
  const fields = [...value].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(fields.map(([name, inner]) => [name, sorted(inner)]));
}

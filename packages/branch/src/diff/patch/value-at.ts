import type { Doc, Value } from '@argon/bson';
import type { FieldPath } from '../../document/changes';

/** What a document holds at a path; undefined: nothing. */
export function valueAt(document: Doc, path: FieldPath): Value | undefined {
  let value: Value | undefined = document;
  for (const step of path) {
    if (typeof step === 'number')
      value = Array.isArray(value) ? (value as readonly Value[])[step] : undefined;
    else value = value instanceof Map ? value.get(step) : undefined;
  }
  return value;
}

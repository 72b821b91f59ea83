import { encodeDocument, type Doc, type Value } from '@argon/bson';

/**
 * What `returnKey` makes of a record that was found: the key of the index that it was found by, or nothing, and what it was
 * sorted by at the paths where the projection asks for that. mongod forgets the rest of the projection.
 */
export function returnedKey(
  key: Doc | undefined,
  sortKey: readonly Value[] | undefined,
  paths: readonly (readonly string[])[],
): Uint8Array {
  const document: Doc = new Map(key);
  if (sortKey !== undefined) for (const path of paths) put(document, path, [...sortKey]);
  return encodeDocument(document);
}

function put(document: Doc, path: readonly string[], value: Value): void {
  let at = document;
  for (const step of path.slice(0, -1)) {
    const inner = at.get(step);
    const next: Doc = inner instanceof Map ? new Map(inner) : new Map();
    at.set(step, next);
    at = next;
  }
  at.set(path.at(-1)!, value);
}

import type { Doc, Value } from '@argon/bson';

/** An index as events tell of it: unlike listIndexes, they say first that it is unique. */
export function indexDocument(specification: ReadonlyMap<string, Value>): Doc {
  const document: Doc = new Map();
  for (const field of ['v', 'unique']) {
    const value = specification.get(field);
    if (value !== undefined) document.set(field, value);
  }
  return new Map([...document, ...specification]);
}

/** The index on `_id`, as events of new collections tell of it. */
export function idIndexDocument(collation: Value | undefined): Doc {
  const document: Doc = new Map<string, Value>([
    ['v', 2],
    ['key', new Map([['_id', 1]])],
    ['name', '_id_'],
  ]);
  if (collation !== undefined) document.set('collation', collation);
  return document;
}

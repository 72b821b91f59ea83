import type { Doc } from '@argon/bson';
import type { CollectionCatalog } from '@argon/materializer';

/**
 * The index that a clustered collection lies in, as listIndexes shows it but for `clustered`; undefined for others.
 * Argon keeps such a collection as any other, and reads it in the order of `_id`.
 */
export function clusteredIndexOf(catalog: CollectionCatalog | undefined): Doc | undefined {
  if (catalog === undefined || catalog.options.size === 0) return undefined;
  const index = catalog.options.get('clusteredIndex');
  return index instanceof Map ? index : undefined;
}

/** How many indexes mongod counts: a clustered collection has none on `_id` beside itself. */
export function indexCount(catalog: CollectionCatalog): number {
  // That on `_id` is recorded where the collection has a collation of its own.
  const others = catalog.indexes.filter(({ name }) => name !== '_id_').length;
  return others + (clusteredIndexOf(catalog) === undefined ? 1 : 0);
}

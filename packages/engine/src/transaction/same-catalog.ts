import { valuesEqual } from '@argon/bson';
import type { CollectionCatalog } from '@argon/materializer';

/** Whether two states show the same collection, with the same options and indexes. */
export function sameCatalog(
  one: CollectionCatalog | undefined,
  other: CollectionCatalog | undefined,
): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined) return false;
  return (
    Buffer.compare(one.uuid, other.uuid) === 0 &&
    one.name === other.name &&
    valuesEqual(new Map(one.options), new Map(other.options)) &&
    one.indexes.length === other.indexes.length &&
    one.indexes.every((index, i) =>
      valuesEqual(new Map(index.specification), new Map(other.indexes[i]!.specification)),
    )
  );
}

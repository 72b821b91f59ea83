import { FarDate, type Doc, type Value } from '@argon/bson';
import { indexKind, type CollectionCatalog, type IndexDefinition } from '@argon/materializer';
import { expireAfterSeconds } from '../commands/index-options/expire-after';
import { isOnId } from '../commands/index-options/id-index';
import { clusteredIndexOf } from '../view/clustered';

/** No date is before this one. */
const FIRST_DATE = new FarDate(-(2n ** 63n));

/** An index whose documents go some time after a date in them; without a definition it is that of a clustered collection. */
export interface ExpiringIndex {
  readonly definition: IndexDefinition | undefined;
  readonly field: string;
  readonly seconds: number;
}

/**
 * A collection's TTL indexes, and that of a clustered collection with an expiry; as in mongod, only such as are ordered
 * and on one field beside `_id` do anything.
 */
export function expiringIndexes(catalog: CollectionCatalog): ExpiringIndex[] {
  const indexes = catalog.indexes.flatMap((definition): ExpiringIndex[] => {
    const seconds = expireAfterSeconds(definition.specification.get('expireAfterSeconds'));
    if (seconds === undefined || definition.key.size !== 1) return [];
    if (isOnId(definition.key) || indexKind(definition.key) !== 'ordered') return [];
    return [{ definition, field: definition.key.keys().next().value!, seconds }];
  });
  const own = expireAfterSeconds(catalog.options.get('expireAfterSeconds'));
  if (own !== undefined && clusteredIndexOf(catalog) !== undefined) {
    indexes.push({ definition: undefined, field: '_id', seconds: own });
  }
  return indexes;
}

/** What has expired by a time, ms since the epoch. */
export function expiredFilter({ definition, field, seconds }: ExpiringIndex, now: number): Doc {
  const old: Doc = new Map<string, Value>([
    ['$gte', FIRST_DATE],
    ['$lte', new Date(now - seconds * 1000)],
  ]);
  const filter: Doc = new Map<string, Value>([[field, old]]);
  if (definition?.partial === undefined) return filter;
  return new Map<string, Value>([['$and', [filter, new Map(definition.partial)]]]);
}

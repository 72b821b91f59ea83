import { FarDate, type Doc, type Value } from '@argon/bson';
import { indexKind, type CollectionCatalog, type IndexDefinition } from '@argon/materializer';
import { expireAfterSeconds } from '../commands/index-options/expire-after';
import { isOnId } from '../commands/index-options/id-index';

/** No date is before this one. */
const FIRST_DATE = new FarDate(-(2n ** 63n));

/** An index whose documents go some time after a date in them. */
export interface ExpiringIndex {
  readonly definition: IndexDefinition;
  readonly field: string;
  readonly seconds: number;
}

/** A collection's TTL indexes; as in mongod, only such as are ordered and on one field beside `_id` do anything. */
export function expiringIndexes(catalog: CollectionCatalog): ExpiringIndex[] {
  return catalog.indexes.flatMap((definition) => {
    const seconds = expireAfterSeconds(definition.specification.get('expireAfterSeconds'));
    if (seconds === undefined || definition.key.size !== 1) return [];
    if (isOnId(definition.key) || indexKind(definition.key) !== 'ordered') return [];
    return [{ definition, field: definition.key.keys().next().value!, seconds }];
  });
}

/** What has expired by a time, ms since the epoch. */
export function expiredFilter({ definition, field, seconds }: ExpiringIndex, now: number): Doc {
  const old: Doc = new Map<string, Value>([
    ['$gte', FIRST_DATE],
    ['$lte', new Date(now - seconds * 1000)],
  ]);
  const filter: Doc = new Map<string, Value>([[field, old]]);
  if (definition.partial === undefined) return filter;
  return new Map<string, Value>([['$and', [filter, new Map(definition.partial)]]]);
}

import { isNumber, toNumber, valuesEqual, type Doc, type Value } from '@argon/bson';
import type { CollectionCatalog } from '@argon/materializer';
import { CommandError } from '../../handler/errors';
import { describeValue } from '../../match/parse/describe';
import { clusteredIndexOf } from '../../view/clustered';

/** The index every collection has; it needs no recording. */
export const ID_INDEX: Doc = new Map<string, Value>([
  ['v', 2],
  ['key', new Map([['_id', 1]])],
  ['name', '_id_'],
]);

const ALLOWED = new Set(['key', 'name', 'v', 'ns', 'collation']);

/** Whether a key is of an index on `_id` alone, whichever its direction. */
export function isOnId(key: ReadonlyMap<string, Value>): boolean {
  const direction = key.get('_id');
  return key.size === 1 && isNumber(direction) && Math.abs(toNumber(direction)) === 1;
}

/** @throws CommandError for names and options that are the `_id` index's own, or that it cannot have */
export function checkIdIndex(specification: Doc): void {
  const key = specification.get('key') as Doc;
  const name = specification.get('name') as string;
  if (isOnId(key)) {
    const odd = [...specification.keys()].find((field) => !ALLOWED.has(field));
    if (odd !== undefined) {
      throw new CommandError(
        'InvalidIndexSpecificationOption',
        `The field '${odd}' is not valid for an _id index specification. Specification: ${describeValue(specification)}`,
      );
    }
    if (!valuesEqual(key.get('_id'), 1)) {
      throw new CommandError(
        'BadValue',
        `The field 'key' for an _id index must be {_id: 1}, but got ${describeValue(key)}`,
      );
    }
  } else if (name === '_id_') {
    throw new CommandError(
      'BadValue',
      `The index name '_id_' is reserved for the _id index, which must have key pattern {_id: 1}, found key: ${describeValue(key)}`,
    );
  }
  if (name === '*') throw new CommandError('BadValue', `The index name '*' is not valid.`);
}

/** The collection's index on `_id`, as listIndexes shows it: of a clustered collection the one that it lies in. */
export function idIndexOf(catalog: CollectionCatalog): Doc {
  const clustered = clusteredIndexOf(catalog);
  return clustered === undefined ? ID_INDEX : new Map([...clustered, ['clustered', true]]);
}

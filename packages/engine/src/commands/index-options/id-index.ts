import { isNumber, toNumber, valuesEqual, type Doc, type Value } from '@argon/bson';
import type { CollectionCatalog, IndexDefinition } from '@argon/materializer';
import { CommandError } from '../../handler/errors';
import { describeValue } from '../../match/parse/describe';
import { clusteredIndexOf } from '../../view/clustered';

/** The index every collection has; it needs no recording. */
const ID_INDEX: Doc = new Map<string, Value>([
  ['v', 2],
  ['key', new Map([['_id', 1]])],
  ['name', '_id_'],
]);

/** The same in a collection with a collation of its own, by which `_id`s are unique: such an index is recorded. */
export function collatedIdIndex(collation: Doc): Doc {
  return new Map<string, Value>([...ID_INDEX, ['collation', collation]]);
}

/** Whether a recorded index is the collection's own on `_id`. */
export function isIdIndex({ name }: Pick<IndexDefinition, 'name'>): boolean {
  return name === ID_INDEX.get('name');
}

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
  const collation = catalog.options.get('collation');
  if (clustered !== undefined) {
    const own = collation === undefined ? [] : ([['collation', collation]] as const);
    return new Map<string, Value>([...clustered, ...own, ['clustered', true]]);
  }
  return collation instanceof Map ? collatedIdIndex(collation) : ID_INDEX;
}

/** @throws CommandError for an index on `_id` by which others would be equal than in the collection */
export function checkIdCollation(specification: Doc, { options }: CollectionCatalog): void {
  const [own, collections] = [specification.get('collation'), options.get('collation')];
  const areSame =
    own === undefined || collections === undefined ? own === collections : valuesEqual(own, collections);
  if (areSame) return;
  const shown = (collation: Value | undefined): string =>
    describeValue(collation ?? new Map([['locale', 'simple']]));
  throw new CommandError(
    'BadValue',
    `The _id index must have the same collation as the collection. Index collation: ${shown(own)}, collection collation: ${shown(collections)}`,
  );
}

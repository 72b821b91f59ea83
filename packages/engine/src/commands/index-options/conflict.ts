import { valuesEqual, type Doc, type Value } from '@argon/bson';
import { indexKind, type CollectionCatalog, type IndexDefinition } from '@argon/materializer';
import { CommandError } from '../../handler/errors';
import { describeValue } from '../../match/parse/describe';
import { clusteredIndexOf } from '../../view/clustered';
import { expireAfterSeconds } from './expire-after';
import { isTrueValue } from './option-types';

export type Standing = 'new' | 'same';

/** What else two indexes of one key may differ in and stand side by side. */
const DISTINCT = ['collation', 'partialFilterExpression', 'wildcardProjection'] as const;
const FLAGS = ['unique', 'sparse'] as const;
/** Does not make an index another one. */
const IGNORED = new Set<string>([
  ...DISTINCT,
  ...FLAGS,
  'v',
  'key',
  'name',
  'ns',
  'background',
  'hidden',
  'textIndexVersion',
  '2dsphereIndexVersion',
]);
/** Those that mongod keeps in front of the key. */
const FIRST = ['v', 'unique', 'hidden', 'prepareUnique', 'key', 'name'];

/**
 * Whether a specification is new beside these indexes.
 * @throws CommandError IndexOptionsConflict, IndexKeySpecsConflict when it collides with one of them
 */
export function compareWithExisting(specification: Doc, existing: readonly IndexDefinition[]): Standing {
  const requested = `Requested index: ${inMessages(specification)}, existing index: `;
  const named = existing.find(({ name }) => name === specification.get('name'));
  if (named !== undefined) {
    if (!hasSameSignature(named.specification, specification)) {
      throw new CommandError(
        'IndexKeySpecsConflict',
        `An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. ${requested}${inMessages(named.specification)}`,
      );
    }
    if (hasSameOptions(named.specification, specification)) return 'same';
    throw new CommandError(
      'IndexOptionsConflict',
      `An equivalent index already exists with the same name but different options. ${requested}${inMessages(named.specification)}`,
    );
  }
  const equivalent = existing.find((index) => hasSameSignature(index.specification, specification));
  if (equivalent === undefined) return 'new';
  throw new CommandError(
    'IndexOptionsConflict',
    hasSameOptions(equivalent.specification, specification)
      ? `Index already exists with a different name: ${equivalent.name}`
      : `An equivalent index already exists with a different name and options. ${requested}${inMessages(equivalent.specification)}`,
  );
}

/** @throws CommandError CannotCreateIndex where a collection has a text index already */
export function checkOnlyText(specification: Doc, existing: readonly IndexDefinition[]): void {
  if (indexKind(specification.get('key') as Doc) !== 'text') return;
  const other = existing.find(({ key }) => indexKind(key) === 'text');
  if (other === undefined) return;
  throw new CommandError(
    'CannotCreateIndex',
    `only one text index per collection allowed, found existing text index "${other.name}"`,
  );
}

/** @throws CommandError 6100906 where it would have the name of the index that a clustered collection lies in */
export function checkClusteredName(specification: Doc, catalog: CollectionCatalog): void {
  const clustered = clusteredIndexOf(catalog);
  if (clustered === undefined || clustered.get('name') !== specification.get('name')) return;
  // The version comes last, as mongod adds it to what was given.
  const given = [...specification].filter(([field]) => field !== 'v');
  const shown = describeValue(new Map([...given, ['v', specification.get('v')!]]));
  throw new CommandError(
    6100906,
    `Error in specification ${shown} :: caused by :: Cannot create an index where the name matches the clusteredIndex but the key does not - indexSpec: ${shown}, clusteredIndex: ${describeValue(clustered)}`,
  );
}

type Specification = ReadonlyMap<string, Value>;

function hasSameSignature(a: Specification, b: Specification): boolean {
  return (
    sameKeys(a.get('key') as Doc, b.get('key') as Doc) &&
    FLAGS.every((field) => isTrueValue(a.get(field)) === isTrueValue(b.get(field))) &&
    DISTINCT.every((field) => same(a.get(field), b.get(field)))
  );
}

/** Numbers of different types are equal, the order of fields matters. */
function sameKeys(a: Doc, b: Doc): boolean {
  return valuesEqual(new Map(a), new Map(b));
}

function hasSameOptions(a: Specification, b: Specification): boolean {
  const fields = new Set([...a.keys(), ...b.keys()].filter((field) => !IGNORED.has(field)));
  return [...fields].every((field) =>
    field === 'expireAfterSeconds'
      ? expireAfterSeconds(a.get(field)) === expireAfterSeconds(b.get(field))
      : same(a.get(field), b.get(field)),
  );
}

function same(a: Value | undefined, b: Value | undefined): boolean {
  return a === undefined || b === undefined ? a === b : valuesEqual(a, b);
}

/** A specification as mongod's messages show it. */
function inMessages(specification: Specification): string {
  const shown: Doc = new Map();
  for (const field of FIRST) if (specification.has(field)) shown.set(field, specification.get(field)!);
  for (const [field, value] of specification) shown.set(field, value);
  return describeValue(shown);
}

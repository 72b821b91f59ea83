import { bsonTypeName, isNumber, toNumber, valuesEqual, type Doc, type Value } from '@argon/bson';
import type { IndexDefinition } from '@argon/materializer';
import { CommandError } from '../handler/errors';
import { compileFilter } from '../match/compile';
import { checkCollation } from './collation';

/** The index every collection has; it needs no recording. */
export const ID_INDEX: Doc = new Map<string, Value>([
  ['v', 2],
  ['key', new Map([['_id', 1]])],
  ['name', '_id_'],
]);

const KINDS = new Set(['text', 'hashed', '2d', '2dsphere']);
const OPTIONS = new Set([
  'v',
  'key',
  'name',
  'unique',
  'sparse',
  'background',
  'expireAfterSeconds',
  'partialFilterExpression',
  'hidden',
  'collation',
  'storageEngine',
  'weights',
  'default_language',
  'language_override',
  'textIndexVersion',
  '2dsphereIndexVersion',
  'bits',
  'min',
  'max',
  'wildcardProjection',
  'prepareUnique',
  'clustered',
]);

/** An index as listIndexes shows it. */
export function indexSpecification(index: IndexDefinition): Doc {
  return new Map(index.specification);
}

/** Checks one element of createIndexes' `indexes`; returns it as recorded, `v` first. @throws CommandError */
export function readIndexSpecification(given: Doc): Doc {
  const key = given.get('key');
  if (!(key instanceof Map)) {
    throw new CommandError(
      'FailedToParse',
      `The 'key' field is a required property of an index specification`,
    );
  }
  const name = given.get('name');
  if (typeof name !== 'string') {
    throw new CommandError(
      'FailedToParse',
      `The 'name' field is a required property of an index specification`,
    );
  }
  if (name === '') throw new CommandError('CannotCreateIndex', 'index name cannot be empty');
  for (const field of given.keys()) {
    if (!OPTIONS.has(field)) {
      throw new CommandError(
        'InvalidOptions',
        `Error in specification ${name} :: caused by :: The field '${field}' is not valid for an index specification.`,
      );
    }
  }
  checkKey(key);
  checkSupported(key, given);
  checkCollation(given.get('collation'));
  const partial = given.get('partialFilterExpression');
  if (partial !== undefined) {
    if (!(partial instanceof Map)) {
      throw new CommandError('TypeMismatch', `'partialFilterExpression' for an index has to be a document`);
    }
    compileFilter(partial, { now: new Date() });
    if (given.get('sparse') === true) {
      throw new CommandError(
        'CannotCreateIndex',
        `cannot mix "partialFilterExpression" and "sparse" options`,
      );
    }
  }
  const recorded: Doc = new Map<string, Value>([
    ['v', 2],
    ['key', key],
    ['name', name],
  ]);
  for (const [field, value] of given) {
    if (recorded.has(field) || field === 'background') continue;
    if ((field === 'unique' || field === 'sparse' || field === 'hidden') && !isTrue(value)) continue;
    recorded.set(field, field === 'unique' || field === 'sparse' || field === 'hidden' ? true : value);
  }
  return recorded;
}

function checkKey(key: Doc): void {
  if (key.size === 0) throw new CommandError('CannotCreateIndex', 'Index keys cannot be empty.');
  if (key.size > 32) throw new CommandError(13103, 'too many compound keys');
  for (const [field, direction] of key) {
    if (field === '') throw new CommandError('CannotCreateIndex', 'Index keys cannot be an empty field.');
    if (field.split('.').includes('')) {
      throw new CommandError('CannotCreateIndex', `Index keys cannot contain an empty field.`);
    }
    if (typeof direction === 'string') {
      if (direction === '') {
        throw new CommandError(
          'CannotCreateIndex',
          'Values in the index key pattern cannot be empty strings',
        );
      }
      if (!KINDS.has(direction))
        throw new CommandError('CannotCreateIndex', `Unknown index plugin '${direction}'`);
    } else if (!isNumber(direction)) {
      throw new CommandError(
        'CannotCreateIndex',
        `Values in v:2 index key pattern cannot be of type ${bsonTypeName(direction)}. Only numbers > 0, numbers < 0, and strings are allowed.`,
      );
    } else if (toNumber(direction) === 0 || Number.isNaN(toNumber(direction))) {
      throw new CommandError('CannotCreateIndex', 'Values in the index key pattern cannot be 0.');
    }
  }
}

/** What would be recorded and then not do what its name says is refused instead. */
function checkSupported(key: Doc, given: Doc): void {
  for (const [field, direction] of key) {
    if (typeof direction === 'string') {
      throw new CommandError('CommandNotSupported', `Indexes of type '${direction}' are not supported yet`);
    }
    if (field.split('.').includes('$**')) {
      throw new CommandError('CommandNotSupported', 'Wildcard indexes are not supported yet');
    }
  }
  if (given.has('expireAfterSeconds')) {
    throw new CommandError('CommandNotSupported', 'TTL indexes (expireAfterSeconds) are not supported yet');
  }
}

function isTrue(value: Value): boolean {
  return value === true || (isNumber(value) && toNumber(value) !== 0);
}

export type Standing = 'new' | 'same';

/** Whether a specification is new beside these. @throws CommandError when it collides with one of them */
export function compareWithExisting(specification: Doc, existing: readonly IndexDefinition[]): Standing {
  const key = specification.get('key') as Doc;
  const name = specification.get('name') as string;
  if (key.size === 1 && key.has('_id')) {
    if (!valuesEqual(key.get('_id'), 1)) {
      throw new CommandError(
        'BadValue',
        `The field 'key' for an _id index must be {_id: 1}, but got a different key`,
      );
    }
    return 'same';
  }
  if (name === '_id_') {
    throw new CommandError(
      'BadValue',
      `The index name '_id_' is reserved for the _id index, which must have key pattern {_id: 1}`,
    );
  }
  for (const index of existing) {
    const sameKey = valuesEqual(new Map(index.key), key);
    if (index.name === name) {
      if (sameKey && sameOptions(index.specification, specification)) return 'same';
      throw new CommandError(
        'IndexKeySpecsConflict',
        `An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. Requested index: ${name}, existing index: ${index.name}`,
      );
    }
    if (sameKey && sameOptions(index.specification, specification)) {
      throw new CommandError(
        'IndexOptionsConflict',
        `Index already exists with a different name: ${index.name}`,
      );
    }
    if (sameKey && samePartial(index.specification, specification)) {
      throw new CommandError(
        'IndexOptionsConflict',
        `An equivalent index already exists with the same name but different options. Requested index: ${name}, existing index: ${index.name}`,
      );
    }
  }
  return 'new';
}

function samePartial(a: ReadonlyMap<string, Value>, b: ReadonlyMap<string, Value>): boolean {
  return ['partialFilterExpression', 'collation'].every((field) => sameField(a, b, field));
}

function sameOptions(a: ReadonlyMap<string, Value>, b: ReadonlyMap<string, Value>): boolean {
  const fields = new Set([...a.keys(), ...b.keys()]);
  fields.delete('name');
  fields.delete('v');
  return [...fields].every((field) => sameField(a, b, field));
}

function sameField(a: ReadonlyMap<string, Value>, b: ReadonlyMap<string, Value>, field: string): boolean {
  const x = a.get(field);
  const y = b.get(field);
  return x === undefined || y === undefined ? x === y : valuesEqual(x, y);
}

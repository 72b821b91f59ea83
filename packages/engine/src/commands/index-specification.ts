import { isNumber, toNumber, type Doc, type Value } from '@argon/bson';
import { indexKind } from '@argon/materializer';
import { withContext } from '../aggregate/expression/scope';
import { collationDocument, readCollation } from '../collation/read-collation';
import { CommandError } from '../handler/errors';
import { describeValue } from '../match/parse/describe';
import { checkExpireAfter, checkKindExpires } from './index-options/expire-after';
import { checkIdIndex } from './index-options/id-index';
import { checkKeyPattern } from './index-options/key-pattern';
import { checkKindOf, checkKindOptions } from './index-options/kind-rules';
import { checkOption, isIndexOption, isTrueValue } from './index-options/option-types';
import { withTextOptions } from './index-options/text-options';
import { checkPartialFilter, readPartialFilter } from './index-options/partial-filter';

/** Normalised to `true`, or left out. */
const FLAGS = new Set(['unique', 'hidden', 'prepareUnique']);
/** Not recorded. */
const DROPPED = new Set(['_id', 'ns', 'dropDups']);

export interface ReadOptions {
  /** Options that there are not are left out instead of refused. */
  readonly ignoreUnknown?: boolean;
}

/**
 * Checks one element of createIndexes' `indexes`; returns it as recorded: `v`, `key` and `name` first.
 * @throws CommandError as mongod does for what it refuses
 */
export function readIndexSpecification(given: Doc, { ignoreUnknown = false }: ReadOptions = {}): Doc {
  const known: Doc = ignoreUnknown ? new Map([...given].filter(([field]) => isIndexOption(field))) : given;
  within(known, () => checkFields(known));
  const versioned: Doc = new Map([...known, ...(known.has('v') ? [] : ([['v', 2]] as const))]);
  checkIdIndex(versioned);
  checkExpireAfter(known);
  const complete = within(versioned, () => {
    checkOptions(versioned);
    const isText = indexKind(versioned.get('key') as Doc) === 'text';
    return isText ? withTextOptions(versioned) : versioned;
  });
  return recorded(complete, ownCollation(known));
}

/** Says of which specification a refusal is. */
function within<T>(specification: Doc, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(
      error.mongoCode,
      `Error in specification ${describeValue(specification)} :: caused by :: ${error.message}`,
      { codeName: error.codeName, cause: error },
    );
  }
}

function checkFields(given: Doc): void {
  const version = versionOf(given);
  for (const [field, value] of given) {
    checkOption(field, value, given);
    if (field === 'key') checkKeyPattern(value as Doc, version);
    if (field === 'partialFilterExpression') readPartialFilter(value as Doc);
    checkKindOf(field, given);
  }
  for (const field of ['key', 'name']) {
    if (given.has(field)) continue;
    throw new CommandError(
      'FailedToParse',
      `The '${field}' field is a required property of an index specification`,
    );
  }
  if (given.has('v') && version !== 1 && version !== 2) {
    throw new CommandError(
      'CannotCreateIndex',
      `Invalid index specification ${describeValue(given)}; cannot create an index with v=${version}`,
    );
  }
  if (isTrueValue(given.get('clustered')) && !isTrueValue(given.get('unique'))) {
    throw new CommandError(
      'CannotCreateIndex',
      `The 'unique' field is required when 'clustered' is specified`,
    );
  }
  if (isTrueValue(given.get('unique')) && isTrueValue(given.get('prepareUnique'))) {
    throw new CommandError(
      'CannotCreateIndex',
      `Invalid index specification ${describeValue(given)}; cannot create an index with the 'unique' option and the 'prepareUnique' option`,
    );
  }
}

function versionOf(given: Doc): number {
  const version = given.get('v');
  return isNumber(version) ? toNumber(version) : 2;
}

function checkOptions(specification: Doc): void {
  const name = specification.get('name') as string;
  if (name === '') throw new CommandError('CannotCreateIndex', 'index name cannot be empty');
  if (name.includes('\0')) throw new CommandError('CannotCreateIndex', 'index name cannot contain NUL bytes');
  checkKindOptions(specification);
  const isSparse = isTrueValue(specification.get('sparse'));
  const partial = specification.get('partialFilterExpression');
  if (partial !== undefined) {
    if (isSparse) {
      throw new CommandError(
        'CannotCreateIndex',
        `cannot mix "partialFilterExpression" and "sparse" options`,
      );
    }
    checkPartialFilter(readPartialFilter(partial as Doc));
  }
  checkKindExpires(specification);
  checkStorageEngine(specification.get('storageEngine'));
}

function checkStorageEngine(options: Value | undefined): void {
  if (options === undefined) return;
  if (!(options instanceof Map)) {
    throw new CommandError('CannotCreateIndex', '"storageEngine" options must be a document if present');
  }
  if (options.size > 0) return;
  throw new CommandError(
    'CannotCreateIndex',
    'Empty "storageEngine" options are invalid. Please remove the field or include valid options.',
  );
}

/** Its collation, filled in; undefined where there is none, or the simple one. @throws CommandError */
function ownCollation(given: Doc): Doc | undefined {
  const wanted = given.get('collation');
  if (!(wanted instanceof Map)) return undefined;
  try {
    const collation = readCollation(wanted);
    return collation === undefined ? undefined : collationDocument(collation);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const shown = given.has('v') ? given : new Map<string, Value>([...given, ['v', 2]]);
    throw withContext(
      error,
      `failed to add collation information to index spec for index creation: ${describeValue(shown)}`,
    );
  }
}

function recorded(specification: Doc, collation: Doc | undefined): Doc {
  const result: Doc = new Map<string, Value>([
    ['v', versionOf(specification)],
    ['key', specification.get('key')!],
    ['name', specification.get('name')!],
  ]);
  for (const [field, value] of specification) {
    if (result.has(field) || DROPPED.has(field)) continue;
    if (FLAGS.has(field) && !isTrueValue(value)) continue;
    if (field !== 'collation') result.set(field, FLAGS.has(field) ? true : value);
  }
  const isSpherical = indexKind(result.get('key') as Doc) === '2dsphere';
  if (isSpherical && !result.has('2dsphereIndexVersion')) result.set('2dsphereIndexVersion', 3);
  // The simple collation is the one that an index has without saying so.
  if (collation !== undefined) result.set('collation', collation);
  return result;
}

import { bsonTypeName, isNumber, makeLong, valuesEqual, type Doc, type Value } from '@argon/bson';
import { indexKind, type CollectionCatalog, type IndexDefinition } from '@argon/materializer';
import { CommandError } from '../handler/errors';
import type { Operation } from '../handler/operation';
import { describeValue } from '../match/parse/describe';
import { clusteredIndexOf } from '../view/clustered';
import { ID_INDEX_DEFINITION } from '../view/id-index-view';
import type { Draft } from '../write/draft';
import { duplicateGroups } from '../write/duplicate-groups';
import { expireAfterSeconds } from './index-options/expire-after';
import { isIdIndex, isOnId } from './index-options/id-index';
import { isTrueValue } from './index-options/option-types';

/** What collMod's `index` asks for. */
interface IndexChange {
  readonly namespace: string;
  /** The index's name, or its key. */
  readonly of: string | Doc;
  readonly expireAfterSeconds: number | undefined;
  readonly hidden: boolean | undefined;
  readonly unique: boolean | undefined;
  readonly prepareUnique: boolean | undefined;
  /** Only whether the index could be unique is asked. */
  readonly dryRun: boolean;
}

/** A changed index, and what the reply says of it. */
interface ModifiedIndex {
  /** Undefined if nothing changes. */
  readonly specification: Doc | undefined;
  readonly name: string;
  readonly before: ReadonlyMap<string, Value>;
  readonly after: ReadonlyMap<string, Value>;
  readonly reply: Readonly<Record<string, Value>>;
}

// Where the bracket closes is mongod's slip.
const FLAG = "types '[bool, long, int, decimal, double']";
const NUMBER = "types '[long, int, decimal, double']";
const TYPES: ReadonlyMap<string, readonly [test: (value: Value) => boolean, expected: string]> = new Map([
  ['name', [(value: Value) => typeof value === 'string', "type 'string'"]],
  ['keyPattern', [(value: Value) => value instanceof Map, "type 'object'"]],
  ['expireAfterSeconds', [isNumber, NUMBER]],
  ['hidden', [isFlag, FLAG]],
  ['unique', [isFlag, FLAG]],
  ['prepareUnique', [isFlag, FLAG]],
]);

/** @throws CommandError for what collMod's `index` and `dryRun` cannot say; undefined without them */
export function readIndexChange(operation: Operation): IndexChange | undefined {
  const dryRun = operation.optionalBoolean('dryRun');
  const given = operation.command.get('index');
  if (given !== undefined && !(given instanceof Map)) throw operation.wrongType('index', given, 'object');
  if (given !== undefined) checkTypes(given);
  if (dryRun && !isTrueValue(given?.get('unique'))) {
    const what = given === undefined ? 'valid index modification' : 'index modification with unique: true';
    throw new CommandError('InvalidOptions', `dry run mode requires an ${what}.`);
  }
  if (given === undefined) return undefined;
  const name = given.get('name') as string | undefined;
  const keyPattern = given.get('keyPattern') as Doc | undefined;
  if (name !== undefined && keyPattern !== undefined) {
    throw new CommandError('InvalidOptions', 'Cannot specify both key pattern and name.');
  }
  const of = name ?? keyPattern;
  if (of === undefined)
    throw new CommandError('InvalidOptions', 'Must specify either index name or key pattern.');
  const flag = (field: string) => (given.has(field) ? isTrueValue(given.get(field)) : undefined);
  const [hidden, unique, prepareUnique] = [flag('hidden'), flag('unique'), flag('prepareUnique')];
  const seconds = expireAfterSeconds(given.get('expireAfterSeconds'));
  const asked = [hidden, unique, prepareUnique, seconds].filter((each) => each !== undefined).length;
  if (asked === 0) {
    throw new CommandError('InvalidOptions', 'no expireAfterSeconds, hidden, unique, or prepareUnique field');
  }
  if (seconds !== undefined && seconds < 0) {
    throw new CommandError('InvalidOptions', `TTL index 'expireAfterSeconds' option cannot be less than 0`);
  }
  return {
    namespace: operation.namespace(operation.collectionName()),
    of,
    expireAfterSeconds: seconds,
    hidden,
    unique,
    prepareUnique,
    dryRun,
  };
}

function checkTypes(given: Doc): void {
  for (const [field, value] of given) {
    const type = TYPES.get(field);
    if (type === undefined) {
      throw new CommandError(40415, `BSON field 'collMod.index.${field}' is an unknown field.`);
    }
    const [test, expected] = type;
    if (test(value)) continue;
    throw new CommandError(
      'TypeMismatch',
      `BSON field 'collMod.index.${field}' is the wrong type '${bsonTypeName(value)}', expected ${expected}`,
    );
  }
}

/**
 * The index as it would be after a change.
 * @throws CommandError IndexNotFound, InvalidOptions, CannotConvertIndexToUnique, …
 */
export async function modifiedIndex(
  draft: Draft,
  collection: string,
  change: IndexChange,
): Promise<ModifiedIndex> {
  const index = chosen(draft.collection(collection).catalog!, change);
  checkApplies(index, change);
  const specification = new Map(index.specification);
  const reply: Record<string, Value> = {};
  if (change.expireAfterSeconds !== undefined) {
    const before = expireAfterSeconds(index.specification.get('expireAfterSeconds'));
    if (before !== undefined) reply['expireAfterSeconds_old'] = makeLong(BigInt(before));
    reply['expireAfterSeconds_new'] = makeLong(BigInt(change.expireAfterSeconds));
    specification.set('expireAfterSeconds', change.expireAfterSeconds);
  }
  if (change.hidden !== undefined) setFlag(specification, 'hidden', change.hidden, reply);
  if (change.unique === true && !index.unique) {
    await checkUnique(draft, collection, index);
    if (!change.dryRun) {
      specification.delete('prepareUnique');
      specification.set('unique', true);
      reply['unique_new'] = true;
    }
  }
  if (change.prepareUnique !== undefined && !index.unique) {
    setFlag(specification, 'prepareUnique', change.prepareUnique, reply);
  }
  const isChanged = !valuesEqual(specification, new Map(index.specification));
  return {
    specification: isChanged ? specification : undefined,
    name: index.name,
    before: index.specification,
    after: specification,
    reply,
  };
}

/** What change streams tell of a change: the options that were given, but for flags that stood as they were asked to be. */
export function toldIndex(change: IndexChange, { name, before, after }: ModifiedIndex): Doc | undefined {
  const told: Doc = new Map<string, Value>([['name', name]]);
  if (change.expireAfterSeconds !== undefined) told.set('expireAfterSeconds', change.expireAfterSeconds);
  for (const flag of ['hidden', 'unique', 'prepareUnique'] as const) {
    if (change[flag] === undefined) continue;
    const is = (specification: ReadonlyMap<string, Value>) => isTrueValue(specification.get(flag));
    if (is(before) !== is(after)) told.set(flag, is(after));
  }
  return told.size === 1 ? undefined : told;
}

/** A clustered collection has no index on `_id`; what it lies in is none, either. */
function chosen(catalog: CollectionCatalog, { of, namespace, hidden }: IndexChange): IndexDefinition {
  const isMeant = (name: Value, key: Value) => (typeof of === 'string' ? name === of : valuesEqual(key, of));
  const clustered = clusteredIndexOf(catalog);
  if (clustered !== undefined && hidden !== undefined) {
    if (isMeant(clustered.get('name')!, clustered.get('key')!)) {
      throw new CommandError(6011800, "The 'hidden' option is not supported for a clusteredIndex");
    }
  }
  const others = catalog.indexes.filter((index) => !isIdIndex(index));
  const indexes = clustered === undefined ? [ID_INDEX_DEFINITION, ...others] : others;
  const found = indexes.filter(({ name, key }) => isMeant(name, new Map(key)));
  if (found.length > 1) {
    throw new CommandError(
      'AmbiguousIndexKeyPattern',
      `index keyPattern ${describeValue(of)} matches ${found.length} indexes, must use index name. Conflicting indexes:${found.map(({ specification }) => describeValue(new Map(specification))).join(', ')}`,
    );
  }
  const [index] = found;
  if (index !== undefined) return index;
  const shown = typeof of === 'string' ? of : describeValue(of);
  throw new CommandError('IndexNotFound', `cannot find index ${shown} for ns ${namespace}`);
}

function checkApplies({ key, unique, prepareUnique }: IndexDefinition, change: IndexChange): void {
  if (change.expireAfterSeconds !== undefined) {
    if (isOnId(key)) throw new CommandError('InvalidOptions', 'the _id field does not support TTL indexes');
    if (key.size > 1) {
      throw new CommandError(
        'InvalidOptions',
        'TTL indexes are single-field indexes, compound indexes do not support TTL',
      );
    }
    if (indexKind(key) === 'wildcard') {
      throw new CommandError('InvalidOptions', 'wildcard indexes do not support TTL');
    }
  }
  if (change.unique === false) throw new CommandError('BadValue', 'Cannot make index non-unique');
  if (change.unique === true && !unique && !prepareUnique) {
    throw new CommandError(
      'InvalidOptions',
      `Cannot make index unique with 'prepareUnique=false'. Run collMod to set it first.`,
    );
  }
  if (change.hidden !== undefined && isOnId(key)) throw new CommandError('BadValue', "can't hide _id index");
  const others = [change.expireAfterSeconds, change.hidden, change.unique];
  if (change.prepareUnique !== undefined && !unique && others.some((each) => each !== undefined)) {
    throw new CommandError('InvalidOptions', 'prepareUnique cannot be combined with any other modification.');
  }
  if (change.dryRun && (change.expireAfterSeconds ?? change.hidden) !== undefined) {
    throw new CommandError(
      'InvalidOptions',
      'unique: true cannot be combined with any other modification in dry run mode.',
    );
  }
}

function setFlag(specification: Doc, field: string, value: boolean, reply: Record<string, Value>): void {
  const before = isTrueValue(specification.get(field));
  if (before === value) return;
  if (value) specification.set(field, true);
  else specification.delete(field);
  reply[`${field}_old`] = before;
  reply[`${field}_new`] = value;
}

async function checkUnique(draft: Draft, collection: string, index: IndexDefinition): Promise<void> {
  const violations = await duplicateGroups(draft.collection(collection), index);
  if (violations.length === 0) return;
  throw new CommandError(
    'CannotConvertIndexToUnique',
    'Cannot convert the index to unique. Please resolve conflicting documents before running collMod again.',
    {
      extra: new Map<string, Value>([
        ['violations', violations.map((ids): Doc => new Map<string, Value>([['ids', [...ids]]]))],
      ]),
    },
  );
}

function isFlag(value: Value): boolean {
  return typeof value === 'boolean' || isNumber(value);
}

import { BSONRegExp } from '@argon/bson';
import type { Doc, Value } from '@argon/bson';
import { text } from '../../match/testing/match-cases';
import type { Random } from '../../match/testing/random';
import { RandomFilters } from '../../match/testing/random-filters';
import { randomCollection, randomScalar } from '../../match/testing/random-values';

/** Sends a command to a server, or to what stands for one. */
export type Ask = (command: Doc) => Promise<Doc>;

/** A random query, to be asked in several ways. */
export interface IndexQuery {
  readonly filter: Doc;
  readonly sort: Doc | undefined;
  readonly skip: number;
  readonly limit: number;
}

export interface IndexCase {
  readonly documents: readonly Doc[];
  /** Specifications as createIndexes takes them; some may be refused for what the documents hold. */
  readonly indexes: readonly Doc[];
  readonly queries: readonly IndexQuery[];
}

const PATHS = ['a', 'b', 'c', 'a.b', 'a.c', 'b.c', 'a', 'b', 'c', 'a.b.c', 'a.0'] as const;
/** Few, so that conditions meet documents; of several types, and equal across some. */
const SCALARS: readonly Value[] = [
  0,
  1,
  1,
  2,
  2,
  3,
  3,
  4,
  5,
  6,
  7,
  8,
  9,
  1.5,
  'a',
  'ab',
  'abc',
  'b',
  null,
  true,
];

/** Documents of many types, indexes on them of all kinds, and filters that often can use these. */
export function randomIndexCase(
  random: Random,
  sizes: { documents: number; indexes: number; queries: number },
): IndexCase {
  const isWild = random.chance(0.15);
  const hasArrays = random.chance(0.7);
  const documents = isWild
    ? randomCollection(random, sizes.documents)
    : Array.from({ length: sizes.documents }, (_, id) => randomRecord(random, id, hasArrays));
  const indexes: Doc[] = [];
  for (let at = 0; at < sizes.indexes; at++) {
    const specification = randomIndex(random, at);
    const key = text(specification.get('key')!);
    if (!indexes.some((other) => text(other.get('key')!) === key)) indexes.push(specification);
  }
  const filters = new RandomFilters(random, documents);
  const queries = Array.from({ length: sizes.queries }, () => randomQuery(random, filters, documents));
  return { documents, indexes, queries };
}

function randomRecord(random: Random, id: number, hasArrays: boolean): Doc {
  const record: Doc = new Map<string, Value>([['_id', id]]);
  // One array at the top, mostly: with two, few compound indexes are possible.
  const arrayAt = hasArrays ? random.pick(['a', 'b', 'c']) : '';
  for (const name of ['a', 'b', 'c']) {
    if (random.chance(0.85)) record.set(name, randomField(random, name === arrayAt, 2));
  }
  return record;
}

function randomField(random: Random, isArray: boolean, depth: number): Value {
  if (isArray && random.chance(0.7)) {
    return random.many(0, 3, () => randomField(random, random.chance(0.1), depth - 1));
  }
  if (depth === 0 || random.chance(0.65)) return randomScalarHere(random);
  const nested: Doc = new Map();
  for (const name of ['b', 'c']) {
    if (random.chance(0.7)) nested.set(name, randomField(random, isArray && random.chance(0.3), depth - 1));
  }
  return nested;
}

function randomScalarHere(random: Random): Value {
  return random.chance(0.06) ? randomScalar(random) : random.pick(SCALARS);
}

function randomIndex(random: Random, at: number): Doc {
  const key: Doc = new Map();
  for (let left = random.pick([1, 1, 2, 2, 3]); left > 0; left--) {
    key.set(random.pick(PATHS), random.pick<Value>([1, 1, -1]));
  }
  const special = random.next();
  if (special < 0.08) return wildcardIndex(random, at);
  if (special < 0.16) key.set(random.pick([...key.keys()]), 'hashed');
  // Then it can give the order of a sort that says what comes first among equals.
  if (random.chance(0.4)) key.set('_id', random.pick<Value>([1, -1]));
  const index: Doc = new Map<string, Value>([
    ['key', key],
    ['name', `i${at}`],
  ]);
  const kind = random.next();
  if (kind < 0.15) index.set('sparse', true);
  else if (kind < 0.3) {
    const condition: Doc = random.chance(0.6)
      ? new Map<string, Value>([[random.pick(['$gt', '$gte', '$lt']), randomScalarHere(random)]])
      : new Map<string, Value>([['$exists', true]]);
    index.set('partialFilterExpression', new Map([[random.pick(['a', 'b', 'c']), condition]]));
  }
  return index;
}

function wildcardIndex(random: Random, at: number): Doc {
  const path = random.pick(['$**', '$**', 'a.$**', 'b.$**']);
  const index: Doc = new Map<string, Value>([
    ['key', new Map([[path, 1]])],
    ['name', `i${at}`],
  ]);
  if (path === '$**' && random.chance(0.4)) {
    const isIn = random.pick([0, 1]);
    index.set('wildcardProjection', new Map([[random.pick(['a', 'b', 'a.b', 'c']), isIn]]));
  }
  return index;
}

function randomQuery(random: Random, filters: RandomFilters, documents: readonly Doc[]): IndexQuery {
  const isSorted = random.chance(0.45);
  const filter =
    random.chance(0.1) && isSorted
      ? new Map<string, Value>()
      : random.chance(0.2)
        ? filters.filter(2)
        : likelyFilter(random, filters, documents);
  return {
    filter,
    sort: isSorted ? randomSort(random) : undefined,
    skip: isSorted && random.chance(0.3) ? random.below(5) : 0,
    limit: isSorted && random.chance(0.5) ? 1 + random.below(8) : 0,
  };
}

/** On the paths that indexes are on, several conditions together. */
function likelyFilter(random: Random, filters: RandomFilters, documents: readonly Doc[]): Doc {
  const filter: Doc = new Map();
  for (let left = random.pick([1, 1, 2, 2, 3]); left > 0; left--) {
    filter.set(random.pick(PATHS), randomCondition(random, filters, 1));
  }
  if (random.chance(0.12)) {
    const alternative = () => new Map([[random.pick(PATHS), randomCondition(random, filters, 1)]]);
    filter.set('$or', random.many(1, 3, alternative));
  }
  if (random.chance(0.1)) {
    filter.set('_id', new Map([[random.pick(['$gt', '$lt']), random.below(documents.length)]]));
  } else if (random.chance(0.05)) {
    const ids = random.many(0, 4, () => random.below(documents.length));
    filter.set('_id', new Map([['$in', ids]]));
  }
  return filter;
}

function randomCondition(random: Random, filters: RandomFilters, depth: number): Value {
  const scalar = () => randomScalarHere(random);
  switch (random.below(12)) {
    case 0:
    case 1:
    case 2:
      return scalar();
    case 3:
    case 4:
      return new Map([[random.pick(['$gt', '$gte', '$lt', '$lte']), scalar()]]);
    case 5:
      return new Map([
        ['$gte', scalar()],
        ['$lt', scalar()],
      ]);
    case 6:
      return new Map([['$in', random.many(0, 4, scalar)]]);
    case 7:
      return random.chance(0.5)
        ? new Map([['$ne', scalar()]])
        : new Map([['$nin', random.many(1, 2, scalar)]]);
    case 8:
      if (depth === 0) return scalar();
      return new Map([['$elemMatch', randomElement(random, filters, depth)]]);
    case 9:
      return random.pick<Value>([
        new Map([['$exists', true]]),
        new Map([['$exists', false]]),
        null,
        new Map([['$ne', null]]),
        new BSONRegExp('^a', ''),
        new BSONRegExp('^ab', ''),
        new BSONRegExp('b', ''),
        new Map([['$type', 'number']]),
        new Map([['$type', 'string']]),
        [1, 2],
        [],
      ]);
    default:
      return filters.operators(1);
  }
}

function randomElement(random: Random, filters: RandomFilters, depth: number): Doc {
  if (random.chance(0.5)) {
    return new Map([
      ['$gte', randomScalarHere(random)],
      ['$lt', randomScalarHere(random)],
    ]);
  }
  const inner: Doc = new Map();
  for (const name of ['b', 'c', 'b.c']) {
    if (random.chance(0.5)) inner.set(name, randomCondition(random, filters, depth - 1));
  }
  return inner;
}

function randomSort(random: Random): Doc {
  const sort: Doc = new Map();
  for (let left = random.pick([0, 1, 1, 2]); left > 0; left--) {
    sort.set(random.pick(PATHS), random.pick<Value>([1, -1]));
  }
  // Servers leave open in which order equal documents come.
  sort.set('_id', random.pick<Value>([1, 1, -1]));
  return sort;
}

/** Asks a query. The answer is comparable: ids in order if the query sorts, else in ascending order; or an error's code. */
export async function askQuery(
  ask: Ask,
  collection: string,
  query: IndexQuery,
  hint: Value | undefined,
): Promise<string> {
  const command: Doc = new Map<string, Value>([
    ['find', collection],
    ['filter', query.filter],
    ['projection', new Map([['_id', 1]])],
    ['batchSize', 100_000],
  ]);
  if (query.sort !== undefined) command.set('sort', query.sort);
  if (query.skip > 0) command.set('skip', query.skip);
  if (query.limit > 0) command.set('limit', query.limit);
  if (hint !== undefined) command.set('hint', hint);
  const reply = await ask(command);
  if (Number(reply.get('ok')) !== 1)
    return `error ${String(reply.get('code'))} ${String(reply.get('errmsg'))}`;
  const batch = (reply.get('cursor') as Doc).get('firstBatch') as Doc[];
  const ids = batch.map((document) => Number(document.get('_id')));
  return JSON.stringify(query.sort === undefined ? ids.sort((a, b) => a - b) : ids);
}

/** Makes the collection with its documents, then each index by itself. Says which could be made. */
export async function makeCollection(ask: Ask, collection: string, given: IndexCase): Promise<string[]> {
  await ask(new Map<string, Value>([['drop', collection]]));
  const inserted = await ask(
    new Map<string, Value>([
      ['insert', collection],
      ['documents', [...given.documents]],
    ]),
  );
  if (inserted.get('n') !== given.documents.length) throw new Error(`not inserted: ${text(inserted)}`);
  const made: string[] = [];
  for (const index of given.indexes) {
    const reply = await ask(
      new Map<string, Value>([
        ['createIndexes', collection],
        ['indexes', [index]],
      ]),
    );
    if (Number(reply.get('ok')) === 1) made.push(String(index.get('name')));
  }
  return made;
}

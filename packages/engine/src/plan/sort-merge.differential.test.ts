import { mongodOrSkip } from '@argon/tools-mongod';
import { toDoc, type Doc, type Value } from '@argon/bson';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { text } from '../match/testing/match-cases';
import { Random } from '../match/testing/random';
import { differentialSeeds } from '../match/testing/seeds';
import { Wire } from '../match/testing/wire';
import { inProcess, type InProcess } from './testing/in-process';
import { askQuery, makeCollection, type Ask, type IndexQuery } from './testing/index-cases';

const mongod = await mongodOrSkip();
const database = 'argon_differential_sort_merge';
const VALUES: readonly Value[] = [0, 1, 2, 3, 1.5, 'x', 'y', null, true];
/** Each ends with `_id`, so that it can give an order without ties. */
const INDEXES = [
  { a: 1, b: 1, _id: 1 },
  { b: 1, c: -1, _id: -1 },
  { c: 1, a: -1, b: 1, _id: 1 },
  { 'd.e': 1, b: -1, _id: 1 },
  { d: 1, c: 1, _id: 1 },
].map((key, at) => toDoc({ key, name: `i${at}` }));

describe.skipIf(!mongod)('scans that are merged in the order of a sort', () => {
  let wire: Wire;
  let argon: InProcess;
  let merged = 0;
  const askMongod: Ask = (command) => wire.command(new Map([...command, ['$db', database]]));

  beforeAll(async () => {
    wire = await Wire.connect(mongod!.uri);
    argon = await inProcess(database);
  });

  afterAll(async () => {
    await wire.command({ dropDatabase: 1, $db: database });
    wire.close();
    await argon.close();
  });

  it.each(differentialSeeds(6))('find the same in the same order; seed %i', async (seed) => {
    const random = new Random(seed);
    const hasArrays = random.chance(0.5);
    const documents = Array.from({ length: 120 }, (_, id) => randomDocument(random, id, hasArrays));
    const collection = `c${seed}`;
    const given = { documents, indexes: INDEXES, queries: [] };
    const made = await makeCollection(askMongod, collection, given);
    expect(await makeCollection(argon.ask, collection, given)).toEqual(made);
    const differences: unknown[] = [];
    for (let left = 60; left > 0; left--) {
      const query = randomQuery(random);
      for (const hint of [undefined, ...made]) {
        const [theirs, ours] = await Promise.all([
          askQuery(askMongod, collection, query, hint),
          askQuery(argon.ask, collection, query, hint),
        ]);
        if (await isMerged(argon.ask, collection, query, hint)) merged++;
        if (theirs === ours) continue;
        // Where it merges documents with keys, mongod puts those without the field before those where it is null.
        if (ours === (await askQuery(askMongod, collection, query, new Map([['$natural', 1]])))) continue;
        differences.push({ filter: text(query.filter), sort: text(query.sort!), hint, theirs, ours });
      }
    }
    expect(differences.slice(0, 3)).toEqual([]);
  });

  it('are many', () => {
    expect(merged).toBeGreaterThan(20);
  });
});

function randomDocument(random: Random, id: number, hasArrays: boolean): Doc {
  const document: Doc = new Map<string, Value>([['_id', id]]);
  for (const name of ['a', 'b', 'c']) if (random.chance(0.9)) document.set(name, random.pick(VALUES));
  const inner = (): Value => new Map([['e', random.pick(VALUES)]]);
  document.set('d', hasArrays && random.chance(0.4) ? random.many(0, 3, inner) : inner());
  return document;
}

function randomQuery(random: Random): IndexQuery {
  const filter: Doc = new Map();
  if (random.chance(0.4)) {
    filter.set(
      '$or',
      random.many(2, 3, () => randomConditions(random)),
    );
  }
  if (filter.size === 0 || random.chance(0.3))
    for (const [path, each] of randomConditions(random)) filter.set(path, each);
  const sort: Doc = new Map();
  const direction = random.pick<Value>([1, -1]);
  const paths = random.pick([['b'], ['b', 'c'], ['c'], ['a', 'b'], ['b'], ['d.e']]);
  for (const path of paths) sort.set(path, random.chance(0.9) ? direction : 1);
  sort.set('_id', random.chance(0.8) ? direction : 1);
  return {
    filter,
    sort,
    skip: random.chance(0.3) ? random.below(4) : 0,
    limit: random.chance(0.5) ? 1 + random.below(9) : 0,
  };
}

function randomConditions(random: Random): Doc {
  const conditions: Doc = new Map();
  for (let left = random.pick([1, 1, 2]); left > 0; left--) {
    const value = () => random.pick(VALUES);
    conditions.set(
      random.pick(['a', 'b', 'c', 'd.e', 'a', 'c']),
      random.pick<() => Value>([
        value,
        () => new Map([['$in', random.many(1, 4, value)]]),
        () => new Map([['$in', random.many(1, 4, value)]]),
        () => new Map([['$gte', random.pick<Value>([0, 1, 'x'])]]),
      ])(),
    );
  }
  return conditions;
}

async function isMerged(
  ask: Ask,
  collection: string,
  query: IndexQuery,
  hint: Value | undefined,
): Promise<boolean> {
  const { filter, sort } = query;
  const find: Doc = new Map<string, Value>([
    ['find', collection],
    ['filter', filter],
    ['sort', sort!],
    ...(hint === undefined ? [] : [['hint', hint] as const]),
  ]);
  const reply = await ask(
    new Map<string, Value>([
      ['explain', find],
      ['verbosity', 'queryPlanner'],
    ]),
  );
  return text((reply.get('queryPlanner') as Doc).get('winningPlan')!).includes('SORT_MERGE');
}

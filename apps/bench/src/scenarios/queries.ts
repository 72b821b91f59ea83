import type { Collection, Document } from 'mongodb';
import { PEOPLE, loadPeople } from '../documents/load';
import { GROUPS, type Person } from '../documents/person';
import type { Bench } from '../run/bench';
import { race } from '../sampling/race';
import { usesIndex } from '../subjects/explain';
import type { Scenario } from './scenario';

const CLAIMED_AT = 100_000;

type Query = (from: Collection<Person>, group: number) => Promise<Document[]>;

const byGroup: Query = (from, group) => from.find({ group }).toArray();
const visitsOfGroups: Query = (from) =>
  from
    .aggregate([
      { $match: { active: true } },
      { $group: { _id: '$group', people: { $sum: 1 }, visits: { $sum: '$visits' } } },
    ])
    .toArray();

/** Queries that touch many documents, the same program on both sides. */
export const queriesScenario: Scenario = {
  name: 'queries',
  title: 'Queries, against local mongod',
  about: `A filter that finds one of ${GROUPS} groups (500 of 100,000 documents) without an index and with one, and $match with $group into ${GROUPS}. In turns; the results are compared.`,
  stores: ['lmdb'],
  sizes: { lmdb: [CLAIMED_AT] },
  run: async (bench) => {
    const { mongod } = bench.peers;
    if (mongod === undefined) return bench.absent('against mongod', 'no peer', 'there is no mongod here');
    const argon = await bench.filled();
    const { db, drop } = mongod.database();
    bench.finally(drop);
    const theirs = await loadPeople(db, bench.size);
    const ours: Collection<Person> = argon.db().collection<Person>(PEOPLE);
    await compare(bench, 'filter without an index', byGroup, [ours, theirs], 1);
    await compare(bench, '$match and $group', visitsOfGroups, [ours, theirs], 1.5);
    for (const collection of [ours, theirs]) await collection.createIndex({ group: 1 });
    const note = (await usesIndex(ours.find({ group: 0 }))) ? undefined : 'Argon did not use the index';
    await compare(bench, 'filter with an index', byGroup, [ours, theirs], 1, note);
  },
};

async function compare(
  bench: Bench,
  name: string,
  query: Query,
  [ours, theirs]: readonly [Collection<Person>, Collection<Person>],
  most: number,
  note?: string,
): Promise<void> {
  const group = (i: number): number => (i * 31) % Math.min(GROUPS, bench.size);
  let found: Document[] = [];
  const [here, there] = await race(
    [
      { run: (i: number) => query(ours, group(i)), check: (result: Document[]) => (found = result) },
      {
        run: (i: number) => query(theirs, group(i)),
        check: (result: Document[]) => {
          if (fingerprint(result) !== fingerprint(found)) throw new Error(`${name}: the results differ.`);
        },
      },
    ],
    { samples: bench.samples(60) },
  );
  bench.distribution(name, here);
  bench.distribution(name, there, { subject: 'mongod' });
  bench.ratio(name, here, there, {
    subject: 'Argon / mongod',
    target: { most, size: CLAIMED_AT },
    ...(note === undefined ? {} : { note }),
  });
}

/** What was found, whatever its order. */
function fingerprint(documents: readonly Document[]): string {
  return documents
    .map((document) => JSON.stringify(document))
    .sort()
    .join('\n');
}

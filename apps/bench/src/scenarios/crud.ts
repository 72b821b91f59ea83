import type { Collection } from 'mongodb';
import { PEOPLE, loadPeople } from '../documents/load';
import { person, personId, type Person } from '../documents/person';
import { randomSource } from '../documents/random';
import type { Bench } from '../run/bench';
import { inParallel } from '../sampling/in-parallel';
import type { Scenario } from './scenario';

/** Documents that are read and changed: few enough that both sides hold them in memory. */
const HOT = 1_000;
const SERIAL = { width: 1, operations: 150, name: 'serial' };
/** A load that takes longer than this, ms, is measured less often, but at least five times. */
const BUDGET = 30_000;
const CONCURRENT = { width: 32, operations: 1_600, name: '32 at once' };

type Operation = (collection: Collection<Person>, n: number) => Promise<unknown>;

const TARGETS = {
  lmdb: { insertOne: 2, updateOne: 2, findOne: 2 },
  mongodb: { insertOne: 0.8, updateOne: 0.8, findOne: 1 },
} as const;

/** The everyday operations, the same program on both sides. */
export const crudScenario: Scenario = {
  name: 'crud',
  title: 'insertOne, updateOne, findOne by _id, against local mongod',
  about: `The same official driver and the same program, both durable (mongod: majority, journaled), on a collection of the size given. A sample is ${SERIAL.operations} operations one after another, or ${CONCURRENT.operations.toLocaleString('en')} with 32 under way; in turns.`,
  stores: ['lmdb', 'mongodb'],
  sizes: { lmdb: [100_000], mongodb: [10_000] },
  run: async (bench) => {
    const { mongod } = bench.peers;
    if (mongod === undefined) return bench.absent('against mongod', 'no peer', 'there is no mongod here');
    const argon = await bench.filled();
    const { db, drop } = mongod.database();
    bench.finally(drop);
    const theirs = await loadPeople(db, bench.size);
    const ours: Collection<Person> = argon.db().collection<Person>(PEOPLE);
    const done = { updateOne: 0 };
    // Each inserts on from here; the documents are new to both sides.
    let inserted = bench.size;
    const random = randomSource(bench.size);
    const hot = (n: number): number => (n * 7_919) % Math.min(HOT, bench.size);
    const operations: Record<keyof (typeof TARGETS)['lmdb'], Operation> = {
      insertOne: (collection, n) => collection.insertOne(person(inserted + n)),
      updateOne: (collection, n) => collection.updateOne({ _id: personId(hot(n)) }, { $inc: { visits: 1 } }),
      findOne: (collection, n) => collection.findOne({ _id: personId(hot(n + random.below(HOT))) }),
    };
    for (const name of ['insertOne', 'updateOne', 'findOne'] as const) {
      for (const { width, name: manner, ...load } of [SERIAL, CONCURRENT]) {
        const count = bench.samples(load.operations);
        const rounds = bench.samples(20);
        const rates: [number[], number[]] = [[], []];
        const until = performance.now() + BUDGET;
        for (let round = bench.quick ? -1 : -2; round < rounds; round++) {
          if (round >= 5 && performance.now() > until) break;
          for (const [side, collection] of [ours, theirs].entries()) {
            const from = performance.now();
            await inParallel(count, width, (n) => operations[name](collection, n));
            const rate = (count / (performance.now() - from)) * 1000;
            if (round >= 0) rates[side]!.push(rate);
          }
          if (name === 'insertOne') inserted += count;
          if (name === 'updateOne') done.updateOne += count;
        }
        report(bench, `${name}, ${manner}`, rates, TARGETS[bench.store][name]);
      }
    }
    await checkSame(ours, theirs, inserted, done.updateOne);
  },
};

function report(bench: Bench, name: string, [ours, theirs]: [number[], number[]], target: number): void {
  bench.distribution(name, ours, { unit: '1/s' });
  bench.distribution(name, theirs, { unit: '1/s', subject: 'mongod' });
  bench.ratio(name, ours, theirs, { subject: 'Argon / mongod', target: { least: target } });
}

/** Nothing was lost on the way: both sides hold the same number of documents and of updates. */
async function checkSame(
  ours: Collection<Person>,
  theirs: Collection<Person>,
  documents: number,
  updates: number,
): Promise<void> {
  let before = 0;
  for (let index = 0; index < documents; index++) before += person(index).visits;
  for (const collection of [ours, theirs]) {
    const [total] = await collection
      .aggregate<{ n: number; visits: number }>([
        { $group: { _id: null, n: { $sum: 1 }, visits: { $sum: '$visits' } } },
      ])
      .toArray();
    if (total?.n !== documents || total.visits !== before + updates) {
      throw new Error(`${JSON.stringify(total)} instead of ${documents} documents and ${updates} updates.`);
    }
  }
}

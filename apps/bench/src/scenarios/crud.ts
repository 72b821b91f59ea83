import type { Collection } from 'mongodb';
import { PEOPLE, loadPeople } from '../documents/load';
import type { Person } from '../documents/person';
import type { Bench } from '../run/bench';
import { CONCURRENT, everyday, SERIAL } from '../sampling/everyday';
import type { Scenario } from './scenario';

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
    await everyday([ours, theirs], {
      size: bench.size,
      samples: (asked) => bench.samples(asked),
      warmup: bench.quick ? 1 : 2,
      record: (operation, manner, rates) =>
        report(bench, `${operation}, ${manner}`, rates, TARGETS[bench.store][operation]),
    });
  },
};

function report(
  bench: Bench,
  name: string,
  [ours, theirs]: readonly [number[], number[]],
  target: number,
): void {
  bench.distribution(name, ours, { unit: '1/s' });
  bench.distribution(name, theirs, { unit: '1/s', subject: 'mongod' });
  bench.ratio(name, ours, theirs, { subject: 'Argon / mongod', target: { least: target } });
}

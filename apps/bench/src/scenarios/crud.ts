import { ChildSide } from '../child/side';
import { loadPeople } from '../documents/load';
import type { Bench } from '../run/bench';
import { everyday, HOW } from '../sampling/everyday';
import type { Scenario } from './scenario';

const TARGETS = {
  lmdb: { insertOne: 2, updateOne: 2, findOne: 2 },
  mongodb: { insertOne: 0.8, updateOne: 0.8, findOne: 1 },
} as const;

/** The everyday operations, the same program on both sides. */
export const crudScenario: Scenario = {
  name: 'crud',
  title: 'insertOne, updateOne, findOne by _id, against local mongod',
  about: `The same official driver and the same program, each side a process of its own, both durable (mongod: majority, journaled), on a collection of the size given. ${HOW}`,
  stores: ['lmdb', 'mongodb'],
  sizes: { lmdb: [100_000], mongodb: [10_000] },
  run: async (bench) => {
    const { mongod } = bench.peers;
    if (mongod === undefined) return bench.absent('against mongod', 'no peer', 'there is no mongod here');
    const store = await bench.filledAddress();
    const { db, drop } = mongod.database();
    bench.finally(drop);
    await loadPeople(db, bench.size);
    const sides = [
      await ChildSide.start({ store }),
      await ChildSide.start({ uri: mongod.durable, database: db.databaseName }),
    ] as const;
    for (const side of sides) bench.finally(() => side.stop());
    await everyday(sides, {
      size: bench.size,
      samples: (asked) => bench.samples(asked),
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

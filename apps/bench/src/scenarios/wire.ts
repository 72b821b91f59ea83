import { ChildSide } from '../child/side';
import { loadPeople } from '../documents/load';
import { everyday, HOW } from '../sampling/everyday';
import type { EverydayOperation } from '../sampling/everyday-load';
import { PROJECT } from '../subjects/argon';
import { ServedStore } from '../subjects/served';
import type { Scenario } from './scenario';

const TARGETS: Readonly<Record<EverydayOperation, number>> = { insertOne: 1, updateOne: 1, findOne: 0.8 };

/** The everyday operations once more, through MongoDB's wire protocol. */
export const wireScenario: Scenario = {
  name: 'wire',
  title: 'insertOne, updateOne, findOne by _id through `argon serve`, against local mongod',
  about: `Both are processes of their own, reached by the same official driver, and both durable (mongod: majority, journaled), on a collection of the size given; each side has a client process of its own. ${HOW}`,
  stores: ['lmdb'],
  sizes: { lmdb: [100_000] },
  run: async (bench) => {
    const { mongod } = bench.peers;
    if (mongod === undefined) return bench.absent('against mongod', 'no peer', 'there is no mongod here');
    const served = await ServedStore.start(await bench.filledAddress());
    bench.finally(() => served.stop());
    const { db, drop } = mongod.database();
    bench.finally(drop);
    await loadPeople(db, bench.size);
    const sides = [
      await ChildSide.start({ uri: served.uri, database: PROJECT }),
      await ChildSide.start({ uri: mongod.durable, database: db.databaseName }),
    ] as const;
    for (const side of sides) bench.finally(() => side.stop());
    await everyday(sides, {
      size: bench.size,
      samples: (asked) => bench.samples(asked),
      record: (operation, manner, [own, other]) => {
        const name = `${operation}, ${manner}`;
        bench.distribution(name, own, { unit: '1/s' });
        bench.distribution(name, other, { unit: '1/s', subject: 'mongod' });
        bench.ratio(name, own, other, { subject: 'Argon / mongod', target: { least: TARGETS[operation] } });
      },
    });
  },
};

import { MongoClient } from 'mongodb';
import { PEOPLE, loadPeople } from '../documents/load';
import type { Person } from '../documents/person';
import { CONCURRENT, everyday, SERIAL, type EverydayOperation } from '../sampling/everyday';
import { PROJECT } from '../subjects/argon';
import { ServedStore } from '../subjects/served';
import type { Scenario } from './scenario';

const TARGETS: Readonly<Record<EverydayOperation, number>> = { insertOne: 1, updateOne: 1, findOne: 0.8 };

/** The everyday operations once more, through MongoDB's wire protocol. */
export const wireScenario: Scenario = {
  name: 'wire',
  title: 'insertOne, updateOne, findOne by _id through `argon serve`, against local mongod',
  about: `Both are processes of their own, reached by the same official driver, and both durable (mongod: majority, journaled), on a collection of the size given. A sample is ${SERIAL.operations} operations one after another, or ${CONCURRENT.operations.toLocaleString('en')} with 32 under way; in turns.`,
  stores: ['lmdb'],
  sizes: { lmdb: [100_000] },
  run: async (bench) => {
    const { mongod } = bench.peers;
    if (mongod === undefined) return bench.absent('against mongod', 'no peer', 'there is no mongod here');
    const served = await ServedStore.start(await bench.filledAddress());
    bench.finally(() => served.stop());
    const client = await MongoClient.connect(served.uri);
    bench.finally(() => client.close());
    const { db, drop } = mongod.database();
    bench.finally(drop);
    const theirs = await loadPeople(db, bench.size);
    const ours = client.db(PROJECT).collection<Person>(PEOPLE);
    await everyday([ours, theirs], {
      size: bench.size,
      samples: (asked) => bench.samples(asked),
      warmup: bench.quick ? 1 : 2,
      record: (operation, manner, [own, other]) => {
        const name = `${operation}, ${manner}`;
        bench.distribution(name, own, { unit: '1/s' });
        bench.distribution(name, other, { unit: '1/s', subject: 'mongod' });
        bench.ratio(name, own, other, { subject: 'Argon / mongod', target: { least: TARGETS[operation] } });
      },
    });
  },
};

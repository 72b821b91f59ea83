import { openStore } from '@argon/wal';
import type { Db } from 'mongodb';
import { PEOPLE, indexPeople, loadPeople } from '../documents/load';
import { GROUPS } from '../documents/person';
import { storedBytes } from '../peers/mongod';
import type { Scenario } from './scenario';

/** Keeping history must not cost much more than not keeping it. */
export const storeSizeScenario: Scenario = {
  name: 'store-size',
  title: 'Whole store with history / mongod for the same documents and indexes',
  about:
    'Documents, two indexes, and an update of every tenth document, on both. Argon: the data file, after closing. mongod: storage and indexes of the database after a checkpoint.',
  stores: ['lmdb'],
  sizes: { lmdb: [100_000] },
  run: async (bench) => {
    const argon = await bench.filled();
    await indexPeople(argon.db());
    await changeTenth(argon.db());
    await argon.close();
    const store = await openStore(argon.address);
    const ours = await store.size();
    await store.close();
    bench.value('whole store', 'bytes', ours);
    bench.value('without free pages', 'bytes', await bench.usedBytes(argon.address));
    const { mongod } = bench.peers;
    if (mongod === undefined) return bench.absent('Argon / mongod', 'no peer', 'there is no mongod here');
    const { db, drop } = mongod.database();
    bench.finally(drop);
    await loadPeople(db, bench.size);
    await indexPeople(db);
    await changeTenth(db);
    const theirs = await storedBytes(db);
    bench.value('whole store', 'bytes', theirs, { subject: 'mongod' });
    bench.value('Argon / mongod', 'ratio', ours / theirs, {
      subject: 'Argon / mongod',
      target: { most: 1.3, ...(bench.size < 10_000 ? { size: 100_000 } : {}) },
    });
  },
};

async function changeTenth(db: Db): Promise<void> {
  await db.collection(PEOPLE).updateMany({ group: { $lt: GROUPS / 10 } }, { $inc: { visits: 1 } });
}

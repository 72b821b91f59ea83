import { NOBODY } from '@argon/wal';
import { PEOPLE } from '../documents/load';
import type { Person } from '../documents/person';
import { traditional } from '../peers/traditional';
import type { Bench } from '../run/bench';
import { everyday, HOW } from '../sampling/everyday';
import { sideOf, type Side } from '../sampling/everyday-load';
import { race } from '../sampling/race';
import { PROJECT } from '../subjects/argon';
import { openDual, type Dual } from '../subjects/dual';
import type { Scenario } from './scenario';

const LOGGED = 'logged';

/** What a branch's type means to a program that does not know it. */
export const byTypeScenario: Scenario = {
  name: 'by-type',
  title: 'The same client on a traditional branch and on one in the log',
  about: `One client with a legacy database attached; main is prefixed collections, with two indexes, and a branch in the log is made of it. Both durable. ${HOW} Or one branch made of the one and of the other; in turns.`,
  stores: ['lmdb', 'mongodb'],
  sizes: { lmdb: [100_000], mongodb: [10_000] },
  run: async (bench) => {
    const { mongod } = bench.peers;
    if (mongod === undefined) return bench.absent('by type', 'no peer', 'there is no mongod here');
    const legacy = await traditional(mongod, bench.size, true);
    bench.finally(legacy.close);
    const dual = await openDual(bench.newAddress(), legacy.address);
    bench.finally(dual.close);
    await dual.mode.branches.create(PROJECT, LOGGED, { type: 'wal' }, NOBODY);
    const sides = [dual.db(LOGGED), dual.db()].map((db) => sideOf(db.collection<Person>(PEOPLE)));
    await everyday(sides as [Side, Side], {
      size: bench.size,
      samples: (asked) => bench.samples(asked),
      record: (operation, manner, [logged, prefixed]) => {
        const name = `${operation}, ${manner}`;
        bench.distribution(name, logged, { unit: '1/s' });
        bench.distribution(name, prefixed, { unit: '1/s', subject: 'traditional' });
        bench.ratio(name, logged, prefixed, { subject: 'Argon / traditional' });
      },
    });
    await branches(bench, dual);
  },
};

/** A branch of each, made through the same service: it asks the legacy database whether the name is free. */
async function branches(bench: Bench, { mode, db }: Dual): Promise<void> {
  const make = (from: string, type: 'wal' | 'traditional') => ({
    run: (i: number) => mode.branches.create(PROJECT, `${type}${i}`, { from, type }, NOBODY),
    check: async (made: { readonly name: string; readonly type: string }) => {
      if (made.type !== type) throw new Error(`Branch ${made.name} is ${made.type}.`);
      const [parent, shown] = await Promise.all(
        [from, made.name].map((name) => db(name).collection(PEOPLE).countDocuments()),
      );
      if (shown !== parent) throw new Error(`Branch ${made.name} shows ${shown} documents of ${parent}.`);
      await mode.branches.delete(PROJECT, made.name, NOBODY);
    },
  });
  const [logged, prefixed] = await race([make(LOGGED, 'wal'), make('main', 'traditional')], {
    samples: bench.samples(10),
    budget: 30_000,
  });
  bench.distribution('create a branch', logged);
  bench.distribution('create a branch', prefixed, { subject: 'traditional' });
  bench.ratio('create a branch', prefixed, logged, { subject: 'traditional / Argon' });
}

import { NOBODY } from '@argon/wal';
import { PEOPLE } from '../documents/load';
import { person, personId } from '../documents/person';
import { randomSource } from '../documents/random';
import { sample } from '../sampling/race';
import { PROJECT } from '../subjects/argon';
import type { Scenario } from './scenario';

/** A new branch must answer at once: nothing may have to be computed for it first. */
export const firstQueryScenario: Scenario = {
  name: 'first-query',
  title: 'First query on a new branch, by _id',
  about:
    'Each sample makes a branch (not measured) and reads one document of it, never the same, through the official driver.',
  stores: ['lmdb'],
  sizes: { lmdb: [1_000, 100_000, 1_000_000] },
  run: async (bench) => {
    const argon = await bench.filled();
    const random = randomSource(bench.size);
    let index = 0;
    const samples = await sample(
      {
        prepare: async (i) => {
          index = random.below(bench.size);
          await argon.service.create(PROJECT, `b${i}`, {}, NOBODY);
        },
        run: (i) =>
          argon
            .db(`b${i}`)
            .collection(PEOPLE)
            .findOne({ _id: personId(index) }),
        check: (found) => {
          if (found?.['email'] !== person(index).email) throw new Error(`Document ${index} was not found.`);
        },
      },
      { samples: bench.samples(300) },
    );
    bench.distribution('findOne by _id', samples, { target: { most: 5 } });
  },
};

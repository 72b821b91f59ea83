import { PEOPLE, groupSize } from '../documents/load';
import { GROUPS, person, type Person } from '../documents/person';
import { distinct, randomSource } from '../documents/random';
import { race } from '../sampling/race';
import { usesIndex } from '../subjects/explain';
import { changeScattered } from '../subjects/history';
import type { Scenario } from './scenario';

/** An index serves every moment, not only the present. */
export const indexInThePastScenario: Scenario = {
  name: 'index-in-the-past',
  title: 'An indexed query in the past / the same at the head',
  about:
    'Indexes on `email` and `group`; since the moment, a tenth of the documents has changed. In turns: the past, the head, each with values of its own: what both show need not be loaded twice, and the first to ask would pay for it. One document by email; one of 200 groups.',
  stores: ['lmdb'],
  sizes: { lmdb: [100_000] },
  run: async (bench) => {
    const argon = await bench.filled();
    const head = argon.db().collection<Person>(PEOPLE);
    await head.createIndex({ email: 1 });
    await head.createIndex({ group: 1 });
    const past = head.atLSN(await argon.head());
    const changed = distinct(Math.ceil(bench.size / 10), bench.size, bench.size);
    for (let at = 0; at < changed.length; at += 1_000) {
      await changeScattered(argon, 'main', changed.slice(at, at + 1_000));
    }
    if (!(await usesIndex(past.find({ email: person(0).email })))) {
      return bench.absent('past / head', 'not there yet', 'the past is not read by the index');
    }
    const groups = Math.min(GROUPS, bench.size);
    const queries = {
      'one document by email': {
        below: bench.size,
        query: (from: typeof head, index: number) => from.find({ email: person(index).email }).toArray(),
        expected: () => 1,
        samples: 500,
      },
      'one of 200 groups': {
        below: groups,
        query: (from: typeof head, group: number) => from.find({ group }).toArray(),
        expected: (group: number) => groupSize(bench.size, group),
        samples: 100,
      },
    };
    for (const [name, { below, query, expected, samples }] of Object.entries(queries)) {
      const side = (from: typeof head, seed: number) => {
        const random = randomSource(seed);
        let value = 0;
        return {
          prepare: () => (value = random.below(below)),
          run: () => query(from, value),
          check: ({ length }: Person[]): void => {
            if (length !== expected(value))
              throw new Error(`${length} instead of ${expected(value)} were found.`);
          },
        };
      };
      const [then, now] = await race([side(past, 2 * bench.size), side(head, 2 * bench.size + 1)], {
        samples: bench.samples(samples),
      });
      bench.distribution(`${name}, in the past`, then);
      bench.distribution(`${name}, at the head`, now);
      bench.ratio(`${name}, past / head`, then, now, { subject: 'Argon / Argon', target: { most: 1.5 } });
    }
  },
};

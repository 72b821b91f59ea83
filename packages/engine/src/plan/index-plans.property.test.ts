import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Value } from '@argon/bson';
import { text } from '../match/testing/match-cases';
import { Random } from '../match/testing/random';
import { differentialSeeds } from '../match/testing/seeds';
import { inProcess, type InProcess } from './testing/in-process';
import { askQuery, makeCollection, randomIndexCase } from './testing/index-cases';

describe('whatever indexes there are', () => {
  let server: InProcess;

  beforeAll(async () => {
    server = await inProcess('shop');
  });
  afterAll(() => server.close());

  it.each(differentialSeeds(8))(
    'a query finds what a scan finds, in the same order; seed %i',
    async (seed) => {
      const random = new Random(seed);
      const given = randomIndexCase(random, { documents: 80, indexes: 6, queries: 60 });
      const collection = `c${seed}`;
      const made = await makeCollection(server.ask, collection, given);
      const whole = given.indexes.filter(
        (index) => made.includes(String(index.get('name'))) && index.size === 2,
      );
      const differences: unknown[] = [];
      for (const query of given.queries) {
        const expected = await askQuery(server.ask, collection, query, new Map([['$natural', 1]]));
        const hints: (Value | undefined)[] = [undefined, ...whole.map((index) => index.get('name')), '_id_'];
        for (const hint of hints) {
          const found = await askQuery(server.ask, collection, query, hint);
          // Which of several mistakes is met first is open.
          if (found === expected || (expected.startsWith('error') && found.startsWith('error'))) continue;
          // Wildcard indexes do not have all documents.
          if (found.startsWith('error 291')) continue;
          differences.push({
            filter: text(query.filter),
            sort: query.sort && text(query.sort),
            slice: [query.skip, query.limit],
            hint,
            expected,
            found,
          });
        }
      }
      expect(differences.slice(0, 3), text(given.indexes as Value[])).toEqual([]);
    },
  );
});

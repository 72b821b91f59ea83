import { PEOPLE } from '../documents/load';
import { person, personId } from '../documents/person';
import { randomSource } from '../documents/random';
import { scattered, zipf } from '../documents/zipf';
import type { Scenario } from './scenario';

const BLOCK = 1_000;

/** What is read often lies in memory. */
export const cacheHitRateScenario: Scenario = {
  name: 'cache-hit-rate',
  title: 'Cache hit rate on a Zipf-distributed read load',
  about:
    'findOne by _id, exponent 1, popular documents scattered all over; the cache as large as it is unless told otherwise. The first half of the reads warms it; a sample is the share of hits in 1,000 reads.',
  stores: ['lmdb'],
  sizes: { lmdb: [100_000, 1_000_000] },
  run: async (bench) => {
    const argon = await bench.filled();
    const people = argon.db().collection(PEOPLE);
    const draw = zipf(bench.size, randomSource(bench.size));
    const place = scattered(bench.size);
    const blocks = bench.samples(50);
    const rates: number[] = [];
    for (let block = 0; block < 2 * blocks; block++) {
      const before = argon.materializer.stats();
      for (let i = 0; i < BLOCK; i++) {
        const index = place(draw());
        const found = await people.findOne({ _id: personId(index) });
        if (i === 0 && found?.['email'] !== person(index).email) throw new Error(`${index} was not found.`);
      }
      const after = argon.materializer.stats();
      const hits = after.hits - before.hits;
      const misses = after.misses - before.misses;
      if (hits + misses === 0) throw new Error('The cache counts no reads.');
      if (block >= blocks) rates.push(hits / (hits + misses));
    }
    bench.distribution('hit rate', rates, { unit: 'share', target: { least: 0.95 } });
  },
};

import { PEOPLE } from '../documents/load';
import { person, personId } from '../documents/person';
import { randomSource } from '../documents/random';
import { scattered, zipf } from '../documents/zipf';
import type { Scenario } from './scenario';

const BLOCK = 1_000;
/** Reads, per document, before it counts. */
const WARM_UP = 1;
const MOST_WARM_UP = 200_000;

/** What is read often lies in memory. */
export const cacheHitRateScenario: Scenario = {
  name: 'cache-hit-rate',
  title: 'Cache hit rate on a Zipf-distributed read load',
  about:
    'findOne by _id, exponent 1, popular documents scattered all over; the cache as large as it is unless told otherwise (64 MiB: it holds 100,000 documents, and of 1,000,000 the most popular, which get 85 % of the reads). As many reads as documents, at most 200,000, warm it; a sample is the share of hits in 1,000 reads. The first read of a document is never a hit.',
  stores: ['lmdb'],
  sizes: { lmdb: [100_000, 1_000_000] },
  run: async (bench) => {
    const argon = await bench.filled();
    const people = argon.db().collection(PEOPLE);
    const draw = zipf(bench.size, randomSource(bench.size));
    const place = scattered(bench.size);
    const blocks = bench.samples(50);
    const [all, documents]: [number[], number[]] = [[], []];
    const warmUp = bench.quick ? blocks : Math.min(MOST_WARM_UP, WARM_UP * bench.size) / BLOCK;
    for (let block = 0; block < warmUp + blocks; block++) {
      const before = argon.materializer.stats();
      for (let i = 0; i < BLOCK; i++) {
        const index = place(draw());
        const found = await people.findOne({ _id: personId(index) });
        if (i === 0 && found?.['email'] !== person(index).email) throw new Error(`${index} was not found.`);
      }
      const after = argon.materializer.stats();
      if (after.hits + after.misses === before.hits + before.misses) {
        throw new Error('The cache counts no reads.');
      }
      if (block < warmUp) continue;
      documents.push(shareOfHits([[before, after]]));
      all.push(
        shareOfHits([
          [before, after],
          [before.nodes, after.nodes],
        ]),
      );
    }
    const target = { least: 0.95, size: 100_000 };
    bench.distribution('hit rate, documents and chunks', all, { unit: 'share', target });
    bench.distribution('hit rate, documents', documents, { unit: 'share' });
  },
};

interface Counts {
  readonly hits: number;
  readonly misses: number;
}

/** The share of hits, of what several caches were asked for meanwhile. */
function shareOfHits(caches: readonly (readonly [before: Counts, after: Counts])[]): number {
  let [hits, misses] = [0, 0];
  for (const [before, after] of caches) {
    hits += after.hits - before.hits;
    misses += after.misses - before.misses;
  }
  return hits / (hits + misses);
}

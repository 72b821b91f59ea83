import { inChild } from '../child/ask';
import { randomSource } from '../documents/random';
import type { Scenario } from './scenario';

/** Starting to work must not mean replaying everything that ever happened. */
export const openStoreScenario: Scenario = {
  name: 'open-store',
  title: 'Open a store, first findOne',
  about:
    'Each sample is a process of its own, from `new ArgonClient` to the document; the start of the process and the loading of modules are not counted. The system may hold the file in its cache.',
  stores: ['lmdb'],
  sizes: { lmdb: [1_000, 100_000, 1_000_000] },
  run: async (bench) => {
    const address = await bench.filledAddress();
    const random = randomSource(bench.size);
    const samples: number[] = [];
    const started = performance.now();
    for (let i = 0; i <= bench.samples(20) && (i <= 5 || performance.now() - started < 60_000); i++) {
      const ms = await inChild('coldOpen', { address, index: random.below(bench.size) });
      if (i > 0) samples.push(ms);
    }
    bench.distribution('open and findOne, cold process', samples, { target: { most: 200, size: 1_000_000 } });
  },
};

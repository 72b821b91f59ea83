import { inChild } from '../child/ask';
import type { Scenario } from './scenario';

const MIB = 1024 * 1024;

/** A collection need not fit in memory. */
export const memoryScenario: Scenario = {
  name: 'memory',
  title: 'Resident memory for scans and point reads',
  about:
    'A process of its own per sample, with a cache of 128 MiB: one scan of everything, then a fifth as many point reads. Peak: everything resident, pages of the mapped data file included, which the system takes back when it needs them. Own: without those.',
  stores: ['lmdb'],
  sizes: { lmdb: [100_000, 1_000_000] },
  run: async (bench) => {
    const address = await bench.filledAddress();
    const runs = [];
    for (let i = 0; i < bench.samples(3); i++) {
      const reads = Math.min(100_000, Math.ceil(bench.size / 5));
      runs.push(await inChild('residentMemory', { address, size: bench.size, reads, cacheBytes: 128 * MIB }));
    }
    bench.distribution(
      'peak',
      runs.map(({ peak }) => peak),
      { unit: 'bytes', target: { most: 400 * MIB, size: 1_000_000 } },
    );
    const own = runs.flatMap((run) => (run.own === undefined ? [] : [run.own]));
    if (own.length > 0) bench.distribution('own, without mapped files', own, { unit: 'bytes' });
    bench.distribution(
      'before anything is opened',
      runs.map(({ atStart }) => atStart),
      { unit: 'bytes' },
    );
  },
};

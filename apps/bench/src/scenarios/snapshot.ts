import type { Store } from '@argon/wal';
import { distinct, randomSource } from '../documents/random';
import type { Bench } from '../run/bench';
import { sample } from '../sampling/race';
import { Stalls } from '../sampling/stalls';
import type { Argon } from '../subjects/argon';
import { takesSnapshots } from '../subjects/features';
import { changeScattered } from '../subjects/history';
import type { Scenario } from './scenario';

const KIB = 1024;
const CHANGES = 1_000;
const CLAIMED_AT = 1_000_000;

/** A snapshot costs what changed since the last one. */
export const snapshotScenario: Scenario = {
  name: 'snapshot',
  title: 'Snapshot after 1,000 changes',
  about: `Taken on demand, none in the background. Scattered: ${CHANGES.toLocaleString('en')} documents anywhere; clustered: as many that were inserted one after another. Bytes: of the chunks that are new. Stall: the longest that the event loop was late.`,
  stores: ['lmdb'],
  sizes: { lmdb: [1_000, 100_000, 1_000_000] },
  run: async (bench) => {
    const argon = await bench.filled({ snapshots: false });
    if (!takesSnapshots(argon.materializer)) {
      for (const kind of ['scattered', 'clustered']) {
        bench.absent(kind, 'not there yet', 'Materializer has no snapshot');
      }
      return;
    }
    await argon.materializer.snapshot(await argon.branchId());
    const changes = Math.min(CHANGES, bench.size);
    const random = randomSource(bench.size);
    await measure(bench, argon, 'scattered', 4_096 * KIB, (i) => distinct(changes, bench.size, i));
    await measure(bench, argon, 'clustered', 128 * KIB, () => {
      const from = random.below(bench.size - changes + 1);
      return Array.from({ length: changes }, (_, k) => from + k);
    });
  },
};

async function measure(
  bench: Bench,
  argon: Argon,
  kind: string,
  mostBytes: number,
  indexes: (i: number) => number[],
): Promise<void> {
  const { materializer, store } = argon;
  if (!takesSnapshots(materializer)) return;
  const branch = await argon.branchId();
  const stalls = new Stalls();
  const bytes: number[] = [];
  let before = await chunkBytes(store);
  const times = await sample(
    {
      prepare: async (i) => {
        await changeScattered(argon, 'main', indexes(i));
        stalls.begin();
      },
      run: () => materializer.snapshot(branch),
      check: async () => {
        await stalls.end();
        const newest = await store.snapshots.atOrBefore(branch, Number.MAX_SAFE_INTEGER);
        const head = await argon.head();
        if (newest?.lsn !== head)
          throw new Error(`The newest snapshot is of ${newest?.lsn}, the head is ${head}.`);
        const after = await chunkBytes(store);
        bytes.push(after - before);
        before = after;
      },
    },
    { samples: bench.samples(20) },
  );
  bench.distribution(kind, times, { target: { most: 100, size: CLAIMED_AT } });
  // Without those of the warm-up.
  bench.distribution(`${kind}, bytes`, bytes.slice(-times.length), {
    unit: 'bytes',
    target: { most: mostBytes, size: CLAIMED_AT },
  });
  bench.value(`${kind}, longest event-loop stall`, 'ms', stalls.longest, { target: { most: 50 } });
}

async function chunkBytes(store: Store): Promise<number> {
  let bytes = 0;
  for await (const batch of store.chunks.list()) for (const { size } of batch) bytes += size;
  return bytes;
}

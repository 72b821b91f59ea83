import { setTimeout as delay } from 'node:timers/promises';
import { NOBODY } from '@argon/wal';
import { PEOPLE, indexPeople } from '../documents/load';
import { copyUnderPrefix } from '../peers/prefix-copy';
import { traditional, type Traditional } from '../peers/traditional';
import { race } from '../sampling/race';
import { PROJECT } from '../subjects/argon';
import type { Scenario } from './scenario';

/** How many times faster a branch is claimed to be made, by the number of documents. */
const CLAIMED = [
  { size: 100_000, least: 3_000 },
  { size: 1_000, least: 100 },
] as const;
const CREATES_PER_ROUND = 20;
/** ms */
const REST = 250;
const [PREFIX_COPY, TRADITIONAL] = ['prefix copy', 'traditional'];

/** What a branch costs those who copy collections under a prefixed name, on the same machine at the same time. */
export const branchOrCopyScenario: Scenario = {
  name: 'branch-or-copy',
  title: 'Create a branch, against copying collections on mongod',
  about: `One collection with two indexes. prefix copy: $out into a prefixed name, then the indexes again. traditional: Argon's own prefix mode, which copies what there was at one moment. In turns: one of each, a rest, ${CREATES_PER_ROUND} branches.`,
  stores: ['lmdb', 'mongodb'],
  sizes: { lmdb: [1_000, 100_000], mongodb: [1_000, 100_000] },
  run: async (bench) => {
    const { mongod } = bench.peers;
    if (mongod === undefined) return bench.absent('copy / branch', 'no peer', 'there is no mongod here');
    const argon = await bench.filled();
    await indexPeople(argon.db());
    const legacy = await traditional(mongod, bench.size, true);
    bench.finally(legacy.close);

    const branched: number[] = [];
    const copied: number[] = [];
    const prefixed: number[] = [];
    let n = 0;
    const rounds = bench.samples(10);
    const started = performance.now();
    for (let round = 0; round <= rounds && (round <= 5 || performance.now() - started < 60_000); round++) {
      const [copies, branches] = await race([outOf(legacy, bench.size), branchOf(legacy, bench.size)], {
        samples: 1,
        warmup: 0,
      });
      // mongod goes on with the copies' files after it has answered; that is not what a branch costs.
      await delay(REST);
      const [creates] = await race([{ run: () => argon.service.create(PROJECT, `b${n++}`, {}, NOBODY) }], {
        samples: CREATES_PER_ROUND,
        warmup: 0,
      });
      // The first round warms all up.
      if (round === 0) continue;
      copied.push(...copies);
      prefixed.push(...branches);
      branched.push(...creates);
    }
    const shown = await argon
      .db(`b${n - 1}`)
      .collection(PEOPLE)
      .countDocuments();
    if (shown !== bench.size) throw new Error(`The branch shows ${shown} documents.`);
    bench.distribution('create', branched);
    bench.distribution('create', copied, { subject: PREFIX_COPY });
    bench.distribution('create', prefixed, { subject: TRADITIONAL });
    const claimed = CLAIMED.find(({ size }) => bench.size >= size) ?? CLAIMED.at(-1)!;
    // A store that is itself a mongod away cannot be thousands of times as fast as that mongod.
    const target = bench.store === 'lmdb' ? { target: claimed } : {};
    bench.ratio('copy / branch', copied, branched, { subject: `${PREFIX_COPY} / Argon`, ...target });
    bench.ratio('copy / branch', prefixed, branched, { subject: `${TRADITIONAL} / Argon`, ...target });
  },
};

/** As one makes a copy by hand. */
function outOf({ db, people }: Traditional, size: number) {
  const source = people('main').collectionName;
  return {
    run: () => copyUnderPrefix(db, [source], 'copy'),
    check: async ([copy]: string[]) => {
      const found = await db.collection(copy!).countDocuments();
      if (found !== size) throw new Error(`The copy holds ${found} documents.`);
      await db.collection(copy!).drop();
    },
  };
}

/** As Argon makes a traditional branch. */
function branchOf({ service, people }: Traditional, size: number) {
  return {
    run: () => service.create(PROJECT, 'branch', {}, NOBODY),
    check: async () => {
      const found = await people('branch').countDocuments();
      if (found !== size) throw new Error(`The traditional branch holds ${found} documents.`);
      await service.delete(PROJECT, 'branch', NOBODY);
    },
  };
}

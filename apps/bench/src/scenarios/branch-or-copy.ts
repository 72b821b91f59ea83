import { NOBODY } from '@argon/wal';
import { PEOPLE, indexPeople, loadPeople } from '../documents/load';
import { copyUnderPrefix } from '../peers/prefix-copy';
import { race } from '../sampling/race';
import { PROJECT } from '../subjects/argon';
import type { Scenario } from './scenario';

const CLAIMED_AT = 100_000;
const CREATES_PER_COPY = 20;

/** What a branch costs those who copy collections under a prefixed name, on the same machine at the same time. */
export const branchOrCopyScenario: Scenario = {
  name: 'branch-or-copy',
  title: 'Create a branch, against copying collections on mongod',
  about: `One collection with two indexes. mongod: $out into a prefixed name, then the indexes again. In turns: one copy, ${CREATES_PER_COPY} branches.`,
  stores: ['lmdb'],
  sizes: { lmdb: [CLAIMED_AT] },
  run: async (bench) => {
    const { mongod } = bench.peers;
    if (mongod === undefined) return bench.absent('copy / branch', 'no peer', 'there is no mongod here');
    const argon = await bench.filled();
    await indexPeople(argon.db());
    const { db, drop } = mongod.database();
    bench.finally(drop);
    await loadPeople(db, bench.size);
    await indexPeople(db);

    const branched: number[] = [];
    const copied: number[] = [];
    let n = 0;
    const rounds = bench.samples(10);
    const started = performance.now();
    for (let round = 0; round <= rounds && (round <= 5 || performance.now() - started < 60_000); round++) {
      const [copies] = await race(
        [
          {
            run: () => copyUnderPrefix(db, [PEOPLE], `b${round}`),
            check: async ([copy]: string[]) => {
              const found = await db.collection(copy!).countDocuments();
              if (found !== bench.size) throw new Error(`The copy holds ${found} documents.`);
              await db.collection(copy!).drop();
            },
          },
        ],
        { samples: 1, warmup: 0 },
      );
      const [creates] = await race([{ run: () => argon.service.create(PROJECT, `b${n++}`, {}, NOBODY) }], {
        samples: CREATES_PER_COPY,
        warmup: 0,
      });
      // The first round warms both up.
      if (round > 0) {
        copied.push(...copies);
        branched.push(...creates);
      }
    }
    const shown = await argon
      .db(`b${n - 1}`)
      .collection(PEOPLE)
      .countDocuments();
    if (shown !== bench.size) throw new Error(`The branch shows ${shown} documents.`);
    bench.distribution('create', branched);
    bench.distribution('create', copied, { subject: 'prefix copy' });
    bench.ratio('copy / branch', copied, branched, {
      subject: 'prefix copy / Argon',
      target: { least: 3_000, size: CLAIMED_AT },
    });
  },
};

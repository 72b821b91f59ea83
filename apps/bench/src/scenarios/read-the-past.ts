import { inChild } from '../child/ask';
import { PEOPLE } from '../documents/load';
import { person, personId } from '../documents/person';
import { randomSource } from '../documents/random';
import type { Bench } from '../run/bench';
import { race, sample } from '../sampling/race';
import { loadHistory } from '../subjects/history';
import type { Argon } from '../subjects/argon';
import type { Scenario } from './scenario';

const CLAIMED_AT = 1_000_000;

/** How far back a moment lies must not matter. The size is the number of entries that came after the moment. */
export const readThePastScenario: Scenario = {
  name: 'read-the-past',
  title: 'Point read of a moment long ago',
  about:
    'A tenth as many documents as the size, then so many updates that the size says how many entries ago the moment is. Warm: the moment has been read before, and the program has run for a while: after 5,000 such reads. Cold: a process of its own per sample that has opened the store and read nothing yet.',
  stores: ['lmdb'],
  sizes: { lmdb: [10_000, 1_000_000] },
  run: async (bench) => {
    const argon = await bench.empty();
    const { documents, lsn } = await loadHistory(argon, bench.size);
    const random = randomSource(bench.size);
    await warm(bench, argon, lsn, documents);
    await argon.close();
    const samples: number[] = [];
    const started = performance.now();
    for (let i = 0; i <= bench.samples(20) && (i <= 5 || performance.now() - started < 60_000); i++) {
      const index = random.below(documents);
      const { visits } = person(index);
      const ms = await inChild('coldPast', { address: argon.address, lsn, index, visits });
      if (i > 0) samples.push(ms);
    }
    bench.distribution('cold', samples, { target: { most: 10, size: CLAIMED_AT } });
  },
};

async function warm(bench: Bench, argon: Argon, lsn: number, documents: number): Promise<void> {
  const random = randomSource(bench.size + 1);
  let index = 0;
  const reading = (at: () => number, visits: (index: number) => (found: number) => boolean) => ({
    prepare: () => (index = random.below(documents)),
    run: () =>
      argon
        .db()
        .collection(PEOPLE)
        .atLSN(at())
        .findOne({ _id: personId(index) }),
    check: (found: Record<string, unknown> | null) => {
      if (!visits(index)(Number(found?.['visits']))) {
        throw new Error(`Document ${index} is not as it was: ${JSON.stringify(found)}.`);
      }
    },
  });
  const same = reading(
    () => lsn,
    (of) => (found) => found === person(of).visits,
  );
  const now = {
    prepare: () => (index = random.below(documents)),
    run: () =>
      argon
        .db()
        .collection(PEOPLE)
        .findOne({ _id: personId(index) }),
  };
  const [past, present] = await race([same, now], {
    samples: bench.samples(500),
    warmup: bench.samples(5_000),
  });
  bench.distribution('warm', past, { target: { most: 0.5, size: CLAIMED_AT } });
  bench.distribution('the same at the head', present);

  const head = await argon.head();
  const elsewhere = reading(
    () => lsn + random.below(head - lsn),
    (of) => (found) => found >= person(of).visits,
  );
  const others = await sample(elsewhere, { samples: bench.samples(50), budget: 20_000, least: 3 });
  bench.distribution('a moment not read before, anywhere since', others);
}

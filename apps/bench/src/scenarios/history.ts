import { HistoryService, type LoggedChange } from '@argon/branch';
import { PEOPLE } from '../documents/load';
import { person, personId, type Person } from '../documents/person';
import type { Bench } from '../run/bench';
import { sample } from '../sampling/race';
import { PROJECT, type Argon } from '../subjects/argon';
import type { LongHistory } from '../subjects/history';
import type { Scenario } from './scenario';

const CLAIMED_AT = 1_000_000;

/** The history of a document costs what that has versions, not what the log has entries. */
export const historyScenario: Scenario = {
  name: 'history',
  title: 'History of one document',
  about:
    'A history of so many entries as the size says, over a tenth as many documents; one of them was changed a thousand times from its beginning to its end. With `HistoryService.versions`: who, when, the document before and after. Decoded: which fields changed too. Whole: until it is known that there was nothing before its insert, which takes reading the log to its beginning.',
  stores: ['lmdb'],
  sizes: { lmdb: [10_000, 100_000, 1_000_000] },
  run: async (bench) => {
    const { argon, history } = await bench.withHistory();
    const { versions } = history;
    const measure = (last: Wanted, samples: number) => sampleVersions(bench, argon, history, last, samples);
    const target = { target: { most: 10, size: CLAIMED_AT } };
    bench.distribution(`last ${versions} versions`, await measure({ limit: versions }, 100), target);
    bench.distribution(
      `last ${versions} versions, decoded`,
      await measure({ limit: versions, decoded: true }, 50),
    );
    bench.distribution('last 10 versions', await measure({ limit: 10 }, 200));
    bench.distribution('whole', await measure({ limit: Infinity }, 5));
  },
};

interface Wanted {
  readonly limit: number;
  /** Whether the fields that changed are asked for too. */
  readonly decoded?: boolean;
}

async function sampleVersions(
  bench: Bench,
  argon: Argon,
  { often, versions }: LongHistory,
  { limit, decoded = false }: Wanted,
  samples: number,
): Promise<number[]> {
  const service = new HistoryService(argon.engine);
  const request = { project: PROJECT, name: 'main', collection: PEOPLE, id: personId(often), limit };
  const now = await argon
    .db()
    .collection<Person>(PEOPLE)
    .findOne({ _id: personId(often) });
  const expected = now!.visits - person(often).visits;
  if (expected <= versions) throw new Error(`Document ${often} was changed ${expected} times.`);
  return sample(
    {
      run: async () => {
        const found: LoggedChange[] = [];
        for await (const batch of service.versions(request)) {
          for (const change of batch) {
            if (decoded && change.changes === undefined)
              throw new Error(`Version ${change.lsn} is not whole.`);
            found.push(change);
          }
        }
        return found;
      },
      check: (found) => {
        const wanted = Math.min(limit, expected + 1);
        const isInOrder = found.every(({ lsn }, i) => i === 0 || lsn < found[i - 1]!.lsn);
        if (found.length !== wanted || !isInOrder) {
          throw new Error(`${found.length} versions were found instead of ${wanted}, or out of order.`);
        }
      },
    },
    { samples: bench.samples(samples) },
  );
}

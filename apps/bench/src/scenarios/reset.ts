import { join } from 'node:path';
import { RestoreService } from '@argon/branch';
import { NOBODY } from '@argon/wal';
import { PEOPLE } from '../documents/load';
import { person, personId } from '../documents/person';
import { distinct } from '../documents/random';
import { GIT_MOST } from '../peers/git';
import type { Bench } from '../run/bench';
import { race, sample } from '../sampling/race';
import { PROJECT, type Argon } from '../subjects/argon';
import { changeScattered } from '../subjects/history';
import type { Scenario } from './scenario';

const CHANGES = 100;
const TARGET = { most: 5 };

/** Going back moves a pointer, however much comes back by it. */
export const resetScenario: Scenario = {
  name: 'reset',
  title: 'Reset, and whole restore',
  about: `Reset: ${CHANGES} scattered changes are undone. Whole restore: every document has changed since, and all come back; there and back in turns; and with a restore point, as \`argon restore\` does it. git: \`git reset --hard\` of one file per document.`,
  stores: ['lmdb'],
  sizes: { lmdb: [1_000, 10_000, 100_000, 1_000_000] },
  run: async (bench) => {
    const argon = await bench.filled();
    await undoSome(bench, argon);
    await restoreAll(bench, argon);
    await withGit(bench);
  },
};

async function undoSome(bench: Bench, argon: Argon): Promise<void> {
  const changes = Math.min(CHANGES, bench.size);
  let lsn = 0;
  let index = 0;
  const samples = await sample(
    {
      prepare: async (i) => {
        lsn = await argon.head();
        const indexes = distinct(changes, bench.size, i);
        index = indexes[0]!;
        await changeScattered(argon, 'main', indexes);
      },
      run: () => argon.service.reset(PROJECT, 'main', { lsn }, NOBODY),
      check: async (report) => {
        if (report.to !== lsn) throw new Error(`The reset went to ${report.to} instead of ${lsn}.`);
        await expectVisits(argon, index, person(index).visits);
      },
    },
    { samples: bench.samples(50) },
  );
  bench.distribution(`reset over ${CHANGES} changes`, samples, { target: TARGET });
}

async function restoreAll(bench: Bench, argon: Argon): Promise<void> {
  const before = await argon.head();
  const people = argon.db().collection(PEOPLE);
  const { modifiedCount } = await people.updateMany({}, { $inc: { visits: 1 } });
  if (modifiedCount !== bench.size) throw new Error(`${modifiedCount} documents were changed.`);
  const after = await argon.head();
  const to = (lsn: number, more: number) => ({
    run: () => argon.service.reset(PROJECT, 'main', { lsn }, NOBODY),
    check: (_: unknown, i: number) => {
      const index = i % bench.size;
      return expectVisits(argon, index, person(index).visits + more);
    },
  });
  const [back, forth] = await race([to(before, 0), to(after, 1)], { samples: bench.samples(30) });
  bench.distribution('whole restore, back', back, { target: TARGET });
  bench.distribution('whole restore, forth again', forth, { target: TARGET });
  const restores = new RestoreService(argon.engine);
  const moments = [
    { lsn: before, more: 0 },
    { lsn: after, more: 1 },
  ] as const;
  const samples = await sample(
    {
      run: (i) =>
        restores.restore(
          { project: PROJECT, branch: 'main', to: { lsn: moments[i % 2 === 0 ? 0 : 1].lsn } },
          NOBODY,
        ),
      check: (report, i) => {
        if (report.restorePoint?.lsn !== report.from) throw new Error('The restore made no restore point.');
        const index = i % bench.size;
        return expectVisits(argon, index, person(index).visits + moments[i % 2 === 0 ? 0 : 1].more);
      },
    },
    { samples: bench.samples(30) },
  );
  bench.distribution('whole restore, with a restore point', samples, { target: TARGET });
}

async function expectVisits(argon: Argon, index: number, visits: number): Promise<void> {
  const found = await argon
    .db()
    .collection(PEOPLE)
    .findOne({ _id: personId(index) });
  if (found?.['visits'] !== visits) {
    throw new Error(
      `After the reset document ${index} has ${found?.['visits']} visits instead of ${visits}.`,
    );
  }
}

async function withGit(bench: Bench): Promise<void> {
  const { git } = bench.peers;
  if (git === undefined || bench.size > GIT_MOST) return;
  const repository = await git.repository(join(bench.folder, 'git'), bench.size);
  const commit = async (): Promise<string> => {
    await repository.git('commit', '--quiet', '--all', '--message=change');
    return (await repository.git('rev-parse', 'HEAD')).trim();
  };
  const first = (await repository.git('rev-parse', 'HEAD')).trim();
  for (const index of distinct(Math.min(CHANGES, bench.size), bench.size, 1))
    await repository.write(index, 1);
  const some = await commit();
  for (let index = 0; index < bench.size; index++) await repository.write(index, 2);
  const all = await commit();
  const measure = async (from: string): Promise<number[]> =>
    sample(
      {
        prepare: () => repository.git('reset', '--quiet', '--hard', from),
        run: () => repository.git('reset', '--quiet', '--hard', first),
      },
      { samples: bench.samples(20), budget: 20_000 },
    );
  bench.distribution(`reset over ${CHANGES} changes`, await measure(some), { subject: 'git' });
  bench.distribution('whole restore, back', await measure(all), { subject: 'git' });
}

import { join } from 'node:path';
import { DiffService, type CollectionStat } from '@argon/branch';
import { NOBODY } from '@argon/wal';
import { PEOPLE } from '../documents/load';
import { personId, type Person } from '../documents/person';
import { distinct } from '../documents/random';
import { GIT_MOST } from '../peers/git';
import type { Bench } from '../run/bench';
import { sample } from '../sampling/race';
import { PROJECT, type Argon } from '../subjects/argon';
import { diffsBranches, takesSnapshots, type Diffs } from '../subjects/features';
import { changeScattered } from '../subjects/history';
import type { Scenario } from './scenario';

const CHANGES = 100;
const FIGURE = `diff of ${CHANGES} scattered changes`;

/** Comparing two branches costs what differs, not what they hold. */
export const diffScenario: Scenario = {
  name: 'diff',
  title: 'Diff of two branches',
  about: `Two branches of the same data, ${CHANGES / 2} scattered changes on each. From asking for both heads to the last differing record; once as they are after the changes, once with both written down in snapshots; and as \`DiffService\` tells it, with the documents and the fields that changed. git: \`git diff --name-status\` of two branches, one file per document, the start of its process included.`,
  stores: ['lmdb'],
  sizes: { lmdb: [1_000, 10_000, 100_000, 1_000_000] },
  run: async (bench) => {
    await withArgon(bench);
    await withGit(bench);
  },
};

/** Which documents change on the first branch, and which on the second. */
function changesOf(size: number): [number[], number[]] {
  const changed = distinct(Math.min(CHANGES, size), size, 1);
  return [changed.slice(0, changed.length / 2), changed.slice(changed.length / 2)];
}

async function withArgon(bench: Bench): Promise<void> {
  const argon = await bench.filled();
  const { materializer } = argon;
  if (!diffsBranches(materializer)) {
    return bench.absent(FIGURE, 'not there yet', 'Materializer has no diff');
  }
  const expected = changesOf(bench.size).flat().length;
  for (const [k, changes] of changesOf(bench.size).entries()) {
    await argon.service.create(PROJECT, `b${k}`, {}, NOBODY);
    await changeScattered(argon, `b${k}`, changes);
  }
  const [first, second] = [await argon.branchId('b0'), await argon.branchId('b1')];
  const measure = (): Promise<number[]> => sampleDiff(bench, argon, materializer, [first, second], expected);
  const inMemory = await measure();
  await checkVisits(
    argon.db('b0').collection<Person>(PEOPLE),
    argon.db('b1').collection<Person>(PEOPLE),
    bench,
  );
  const most = bench.size > 100_000 ? 5 : 2;
  const target = { most, size: bench.size > 100_000 ? 1_000_000 : 100_000 };
  bench.distribution(FIGURE, inMemory, { target });
  bench.distribution(`${FIGURE}, field by field`, await sampleFields(bench, argon, expected), {
    target: { most: 5, size: target.size },
  });
  if (!takesSnapshots(materializer)) return;
  for (const branch of [first, second]) await materializer.snapshot(branch);
  bench.distribution(`${FIGURE}, after snapshots of both`, await measure(), { target });
}

function sampleDiff(
  bench: Bench,
  argon: Argon,
  materializer: Diffs,
  [first, second]: readonly [number, number],
  expected: number,
): Promise<number[]> {
  return sample(
    {
      run: async () => {
        const before = await argon.materializer.current(first);
        const after = await argon.materializer.current(second);
        const differences = materializer.diff(before, after, PEOPLE);
        const records: number[] = [];
        for (let batch = await differences.next(); batch; batch = await differences.next()) {
          for (const { record } of batch) records.push(record);
        }
        return records;
      },
      check: (records) => {
        if (new Set(records).size !== expected) {
          throw new Error(`${records.length} records differ instead of ${expected}.`);
        }
      },
    },
    { samples: bench.samples(200) },
  );
}

function sampleFields(bench: Bench, argon: Argon, expected: number): Promise<number[]> {
  const service = new DiffService(argon.engine);
  const [from, to] = [
    { project: PROJECT, name: 'b0' },
    { project: PROJECT, name: 'b1' },
  ];
  return sample(
    {
      run: async () => {
        const stats: CollectionStat[] = [];
        for await (const stat of service.stat({ from, to })) stats.push(stat);
        return stats;
      },
      check: ([people, ...others]) => {
        const changed = people?.fields.get('visits');
        if (others.length > 0 || changed !== expected || people?.fieldsChanged !== expected) {
          throw new Error(`${changed} visits differ instead of ${expected}.`);
        }
      },
    },
    { samples: bench.samples(100) },
  );
}

/** Both branches really show their own changes and not the other's. */
async function checkVisits(
  first: { findOne(filter: object): Promise<Person | null> },
  second: { findOne(filter: object): Promise<Person | null> },
  bench: Bench,
): Promise<void> {
  for (const [sign, index] of [
    [1, changesOf(bench.size)[0][0]!],
    [-1, changesOf(bench.size)[1][0]!],
  ] as const) {
    const here = await first.findOne({ _id: personId(index) });
    const there = await second.findOne({ _id: personId(index) });
    if (here!.visits - there!.visits !== sign)
      throw new Error(`Document ${index} does not differ as it must.`);
  }
}

async function withGit(bench: Bench): Promise<void> {
  const { git } = bench.peers;
  if (git === undefined || bench.size > GIT_MOST) return;
  const repository = await git.repository(join(bench.folder, 'git'), bench.size);
  for (const [k, changes] of changesOf(bench.size).entries()) {
    await repository.git('checkout', '--quiet', '-b', `b${k}`, 'main');
    for (const index of changes) await repository.write(index, 1);
    await repository.git('commit', '--quiet', '--all', '--message=change');
  }
  const expected = changesOf(bench.size).flat().length;
  const samples = await sample(
    {
      run: () => repository.git('diff', '--name-status', 'b0', 'b1'),
      check: (output) => {
        const lines = output.trim().split('\n').length;
        if (lines !== expected) throw new Error(`git names ${lines} files instead of ${expected}.`);
      },
    },
    { samples: bench.samples(50) },
  );
  bench.distribution(FIGURE, samples, { subject: 'git' });
}

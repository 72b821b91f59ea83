import { join } from 'node:path';
import { MergeService, type MergeReport } from '@argon/branch';
import { NOBODY } from '@argon/wal';
import { PEOPLE } from '../documents/load';
import { person, personId, type Person } from '../documents/person';
import { distinct } from '../documents/random';
import { count } from '../figures/numbers';
import { GIT_MOST } from '../peers/git';
import type { Bench } from '../run/bench';
import { sample } from '../sampling/race';
import { PROJECT, type Argon } from '../subjects/argon';
import { changeScattered } from '../subjects/history';
import type { Scenario } from './scenario';

const CLAIMED_AT = 1_000_000;
const FEW = 100;
const MANY = 10_000;

/** Which documents the branch that gets the merge changed, and which the one that comes in. */
interface Sides {
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
  /** What theirs changes of a document. Ours changes `visits`. */
  readonly field: 'visits' | 'note';
}

/** Merging costs what was changed, not what the branches hold, nor how long their history is. */
export const mergeScenario: Scenario = {
  name: 'merge',
  title: 'Merge of two branches',
  about: `A tenth as many documents as the size, with a history of that many entries. For each sample two new branches of main, scattered changes on each of them, and one is merged into the other: from the call of \`MergeService\` to the durable commit. Once the two changed different documents, once different fields of the same. git: \`git merge\` of a branch that changed as many other files, one file per document, the start of its process included.`,
  stores: ['lmdb'],
  sizes: { lmdb: [10_000, 100_000, 1_000_000] },
  run: async (bench) => {
    const { argon, history } = await bench.withHistory();
    const few = Math.min(FEW, history.documents / 2);
    const many = Math.min(MANY, history.documents / 2);
    const sides = (changes: number, i: number): Sides => {
      const changed = distinct(2 * changes, history.documents, i);
      return { ours: changed.slice(0, changes), theirs: changed.slice(changes), field: 'visits' };
    };
    const ofFew = await sampleMerges(bench, argon, (i) => sides(few, i), 50);
    bench.distribution(ofOthers(few), ofFew, {
      target: { most: 10, size: CLAIMED_AT },
    });
    const together = (i: number): Sides => {
      const changed = distinct(few, history.documents, i);
      return { ours: changed, theirs: changed, field: 'note' };
    };
    const ofSame = await sampleMerges(bench, argon, together, 50);
    bench.distribution(`${few} changes against other fields of the same documents`, ofSame);
    if (many > few) {
      const ofMany = await sampleMerges(bench, argon, (i) => sides(many, i), 10);
      bench.distribution(ofOthers(many), ofMany);
      bench.ratio(`${ofOthers(many)} / ${few} against ${few}`, ofMany, ofFew, {
        subject: 'Argon / Argon',
        target: { most: many / few, size: CLAIMED_AT },
      });
    }
    await withGit(bench, history.documents, sides(few, 1));
  },
};

function ofOthers(changes: number): string {
  return `${count(changes)} changes against ${count(changes)} others`;
}

/** Each sample merges two branches that were made for it. */
async function sampleMerges(
  bench: Bench,
  argon: Argon,
  sidesOf: (i: number) => Sides,
  samples: number,
): Promise<number[]> {
  const merges = new MergeService(argon.engine);
  let sides = sidesOf(0);
  return sample<MergeReport>(
    {
      prepare: async (i) => {
        sides = sidesOf(i);
        for (const name of ['ours', 'theirs']) await argon.service.create(PROJECT, name, {}, NOBODY);
        await changeScattered(argon, 'ours', sides.ours);
        await (sides.field === 'visits'
          ? changeScattered(argon, 'theirs', sides.theirs)
          : noteScattered(argon, 'theirs', sides.theirs));
      },
      run: () => merges.merge({ project: PROJECT, from: { name: 'theirs' }, into: 'ours' }, NOBODY),
      check: async (report) => {
        if (report.head === undefined || report.counts.updated !== sides.theirs.length) {
          throw new Error(
            `The merge changed ${report.counts.updated} instead of ${sides.theirs.length} documents.`,
          );
        }
        await checkMerged(argon, sides);
        for (const name of ['ours', 'theirs']) await argon.service.delete(PROJECT, name, NOBODY);
      },
    },
    { samples: bench.samples(samples) },
  );
}

/** The branch shows what either side changed; main shows neither. */
async function checkMerged(argon: Argon, { ours, theirs, field }: Sides): Promise<void> {
  const read = async (branch: string, index: number): Promise<Person> =>
    (await argon
      .db(branch)
      .collection<Person>(PEOPLE)
      .findOne({ _id: personId(index) }))!;
  for (const [index, changed] of [
    [ours.at(-1)!, 'visits'],
    [theirs.at(-1)!, field],
  ] as const) {
    const [merged, before] = [await read('ours', index), await read('main', index)];
    const isMerged = changed === 'note' ? merged.note === NOTE : merged.visits === before.visits + 1;
    if (!isMerged || before.email !== merged.email) {
      throw new Error(`After the merge document ${index} is ${JSON.stringify(merged)}.`);
    }
  }
}

const NOTE = 'called back';

async function noteScattered(argon: Argon, branch: string, indexes: readonly number[]): Promise<void> {
  const { modifiedCount } = await argon
    .db(branch)
    .collection<Person>(PEOPLE)
    .bulkWrite(
      indexes.map((index) => ({
        updateOne: { filter: { _id: personId(index) }, update: { $set: { note: NOTE } } },
      })),
    );
  if (modifiedCount !== indexes.length) {
    throw new Error(`${modifiedCount} of ${indexes.length} were changed.`);
  }
}

async function withGit(bench: Bench, documents: number, sides: Sides): Promise<void> {
  const { git } = bench.peers;
  if (git === undefined || documents > GIT_MOST) return;
  const repository = await git.repository(join(bench.folder, 'git'), documents);
  const changeOn = async (branch: string, indexes: readonly number[]): Promise<void> => {
    await repository.git('checkout', '--quiet', '-b', branch, 'main');
    for (const index of indexes) await repository.write(index, person(index).visits + 1);
    await repository.git('commit', '--quiet', '--all', '--message=change');
  };
  await changeOn('theirs', sides.theirs);
  await changeOn('ours', sides.ours);
  await repository.git('tag', 'before');
  const samples = await sample(
    {
      prepare: () => repository.git('reset', '--quiet', '--hard', 'before'),
      run: () => repository.git('merge', '--quiet', '--no-edit', 'theirs'),
      check: async () => {
        const parents = await repository.git('rev-list', '--parents', '--max-count=1', 'HEAD');
        if (parents.trim().split(' ').length !== 3) throw new Error('git made no merge.');
      },
    },
    { samples: bench.samples(20), budget: 20_000 },
  );
  bench.distribution(ofOthers(sides.theirs.length), samples, { subject: 'git' });
}

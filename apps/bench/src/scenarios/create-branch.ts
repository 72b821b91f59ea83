import { NOBODY } from '@argon/wal';
import { PEOPLE } from '../documents/load';
import { person, personId } from '../documents/person';
import { GIT_MOST } from '../peers/git';
import type { Bench } from '../run/bench';
import { inParallel } from '../sampling/in-parallel';
import { sample } from '../sampling/race';
import { PROJECT, type Argon } from '../subjects/argon';
import { join } from 'node:path';
import type { Scenario } from './scenario';

const DEPTH = 64;
const CLAIMED_AT = 1_000_000;

/** A branch is a pointer: what it costs must not depend on how much lies behind it. */
export const createBranchScenario: Scenario = {
  name: 'create-branch',
  title: 'Create a branch',
  about: `Forks a branch that itself is the ${DEPTH}th of a row of forks, each with a change of its own. Durable before it returns. Bytes: what the store grows by over many branches, divided by them. git: \`git branch\`, the start of its process included.`,
  stores: ['lmdb', 'mongodb'],
  sizes: { lmdb: [1_000, 10_000, 100_000, 1_000_000], mongodb: [100_000] },
  run: async (bench) => {
    const argon = await bench.filled();
    const deepest = await makeDeep(argon);
    let n = 0;
    const create = () => argon.service.create(PROJECT, `b${n++}`, { from: deepest }, NOBODY);
    const samples = await sample(
      {
        run: create,
        check: (branch) => {
          if (branch.parent !== deepest) throw new Error(`The branch was made from ${branch.parent}.`);
        },
      },
      { samples: bench.samples(bench.store === 'lmdb' ? 1_000 : 300), warmup: 50 },
    );
    await checkShown(argon, `b${n - 1}`, bench.size);
    const onLmdb = bench.store === 'lmdb';
    bench.distribution(`p50, depth ${DEPTH}`, samples, {
      target: { most: onLmdb ? 0.5 : 5, size: CLAIMED_AT },
    });
    bench.distribution(`p99, depth ${DEPTH}`, samples, {
      statistic: 'p99',
      ...(onLmdb ? { target: { most: 1, size: CLAIMED_AT } } : {}),
    });
    await bytesPerBranch(bench, argon, create);
    if (onLmdb) await withGit(bench);
  },
};

/** main → d1 → d2 → … each with one change. */
async function makeDeep(argon: Argon): Promise<string> {
  let parent = 'main';
  for (let depth = 1; depth <= DEPTH; depth++) {
    const name = `d${depth}`;
    await argon.service.create(PROJECT, name, { from: parent }, NOBODY);
    await argon
      .db(name)
      .collection(PEOPLE)
      .updateOne({ _id: personId(depth) }, { $set: { depth } });
    parent = name;
  }
  return parent;
}

/** The branch shows all documents, and the change of every branch above it. */
async function checkShown(argon: Argon, branch: string, size: number): Promise<void> {
  const shown = argon.db(branch).collection(PEOPLE);
  const documents = await shown.countDocuments();
  if (documents !== size) throw new Error(`The branch shows ${documents} documents instead of ${size}.`);
  const changed = await shown.find({ depth: { $exists: true } }).toArray();
  if (changed.length !== DEPTH) throw new Error(`The branch shows ${changed.length} of ${DEPTH} changes.`);
  const unchanged = await shown.findOne({ _id: personId(size - 1) });
  if (unchanged?.['email'] !== person(size - 1).email) throw new Error('A document is not as it was.');
}

/** Many of them, so that pages average out. */
async function bytesPerBranch(bench: Bench, argon: Argon, create: () => Promise<unknown>): Promise<void> {
  const branches = bench.samples(bench.store === 'mongodb' ? 5_000 : 20_000);
  const settled = async (): Promise<number> => {
    if (bench.store === 'lmdb') return bench.usedBytes(argon.address);
    await bench.peers.mongod!.client.db('admin').command({ fsync: 1 });
    return argon.store.size();
  };
  const before = await settled();
  await inParallel(branches, 256, create);
  bench.value('store bytes per branch', 'bytes', ((await settled()) - before) / branches, {
    target: { most: 500 },
    note: `over ${branches.toLocaleString('en')} branches`,
  });
}

async function withGit(bench: Bench): Promise<void> {
  const { git } = bench.peers;
  if (git === undefined || bench.size > GIT_MOST) return;
  const repository = await git.repository(join(bench.folder, 'git'), bench.size);
  const samples = await sample(
    { run: (i) => repository.git('branch', `b${i}`) },
    { samples: bench.samples(50) },
  );
  bench.distribution('p50, from the first branch', samples, { subject: 'git' });
}

import { NOBODY } from '@argon/wal';
import { PEOPLE, loadPeople } from '../documents/load';
import { personId } from '../documents/person';
import { distinct } from '../documents/random';
import { storedBytes } from '../peers/mongod';
import { copyUnderPrefix } from '../peers/prefix-copy';
import type { Bench } from '../run/bench';
import { PROJECT } from '../subjects/argon';
import { changeScattered } from '../subjects/history';
import type { Scenario } from './scenario';

const BRANCHES = 10;
const CHANGES = 100;

/** Ten branches over the same data hold the data once. */
export const tenBranchesScenario: Scenario = {
  name: 'ten-branches',
  title: 'Bytes of ten branches / of one',
  about: `${BRANCHES} branches with ${CHANGES} scattered changes each, all closed; pages of the data file that are free are not counted. The prefix copies get the same changes on mongod.`,
  stores: ['lmdb'],
  sizes: { lmdb: [100_000] },
  most: 100_000,
  run: async (bench) => {
    const address = await bench.filledAddress();
    const one = await bench.usedBytes(address);
    const argon = await bench.open(address);
    for (let k = 0; k < BRANCHES; k++) {
      await argon.service.create(PROJECT, `b${k}`, {}, NOBODY);
      await changeScattered(argon, `b${k}`, changesOf(bench, k));
    }
    for (let k = 0; k < BRANCHES; k++) {
      const shown = argon.db(`b${k}`).collection(PEOPLE);
      const index = changesOf(bench, k)[0]!;
      const here = await shown.findOne({ _id: personId(index) });
      const main = await argon
        .db()
        .collection(PEOPLE)
        .findOne({ _id: personId(index) });
      if (here?.['visits'] !== main?.['visits'] + 1)
        throw new Error(`Branch b${k} does not show its change.`);
    }
    await argon.close();
    const ten = await bench.usedBytes(address);
    bench.value('one branch', 'bytes', one);
    bench.value(`with ${BRANCHES} more`, 'bytes', ten);
    bench.value('ten / one', 'ratio', ten / one, { target: { most: 1.05, size: 100_000 } });
    await withCopies(bench);
  },
};

function changesOf(bench: Bench, branch: number): number[] {
  return distinct(Math.min(CHANGES, bench.size), bench.size, branch);
}

async function withCopies(bench: Bench): Promise<void> {
  const { mongod } = bench.peers;
  if (mongod === undefined) return;
  const { db, drop } = mongod.database();
  bench.finally(drop);
  await loadPeople(db, bench.size);
  const one = await storedBytes(db);
  for (let k = 0; k < BRANCHES; k++) {
    const [copy] = await copyUnderPrefix(db, [PEOPLE], `b${k}`);
    const updates = changesOf(bench, k).map((index) => ({
      updateOne: { filter: { _id: personId(index) }, update: { $inc: { visits: 1 } } },
    }));
    await db.collection(copy!).bulkWrite(updates);
  }
  bench.value('ten / one', 'ratio', (await storedBytes(db)) / one, { subject: 'prefix copy' });
}

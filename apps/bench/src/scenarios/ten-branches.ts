import { NOBODY } from '@argon/wal';
import { PEOPLE } from '../documents/load';
import { personId } from '../documents/person';
import { distinct } from '../documents/random';
import { storedBytes, type MongodPeer } from '../peers/mongod';
import { traditional } from '../peers/traditional';
import type { Bench } from '../run/bench';
import { PROJECT } from '../subjects/argon';
import { changeScattered } from '../subjects/history';
import type { Scenario } from './scenario';

const BRANCHES = 10;
const CHANGES = 100;
const CLAIMED_AT = 100_000;
const TRADITIONAL = 'traditional';

/** Ten branches over the same data hold the data once. */
export const tenBranchesScenario: Scenario = {
  name: 'ten-branches',
  title: 'Bytes of ten branches / of one',
  about: `${BRANCHES} branches with ${CHANGES} scattered changes each, all closed; pages of the data file that are free are not counted. Traditional branches, of Argon's own prefix mode on mongod, get the same changes.`,
  stores: ['lmdb', 'mongodb'],
  sizes: { lmdb: [CLAIMED_AT], mongodb: [CLAIMED_AT] },
  most: CLAIMED_AT,
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
    const most = bench.store === 'lmdb' ? { target: { most: 1.05, size: CLAIMED_AT } } : {};
    bench.value('ten / one', 'ratio', ten / one, most);
    const { mongod } = bench.peers;
    if (mongod === undefined) return bench.absent('saved', 'no peer', 'there is no mongod here');
    const theirs = await traditionally(bench, mongod);
    bench.value('one branch', 'bytes', theirs.one, { subject: TRADITIONAL });
    bench.value(`with ${BRANCHES} more`, 'bytes', theirs.ten, { subject: TRADITIONAL });
    bench.value('ten / one', 'ratio', theirs.ten / theirs.one, { subject: TRADITIONAL });
    bench.value('saved', 'share', 1 - ten / theirs.ten, {
      subject: `Argon / ${TRADITIONAL}`,
      target: { least: 0.8, size: CLAIMED_AT },
    });
  },
};

function changesOf(bench: Bench, branch: number): number[] {
  return distinct(Math.min(CHANGES, bench.size), bench.size, branch);
}

async function traditionally(bench: Bench, mongod: MongodPeer): Promise<{ one: number; ten: number }> {
  const legacy = await traditional(mongod, bench.size, false);
  bench.finally(legacy.close);
  const one = await storedBytes(legacy.db);
  for (let k = 0; k < BRANCHES; k++) {
    await legacy.service.create(PROJECT, `b${k}`, {}, NOBODY);
    const { modifiedCount } = await legacy.people(`b${k}`).bulkWrite(
      changesOf(bench, k).map((index) => ({
        updateOne: { filter: { _id: personId(index) }, update: { $inc: { visits: 1 } } },
      })),
    );
    if (modifiedCount !== changesOf(bench, k).length)
      throw new Error(`Of traditional branch b${k}, ${modifiedCount} documents were changed.`);
  }
  return { one, ten: await storedBytes(legacy.db) };
}

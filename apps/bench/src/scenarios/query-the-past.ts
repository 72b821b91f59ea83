import { inChild } from '../child/ask';
import { checkPast, type PastResult } from '../child/jobs/cold-past-query';
import { PEOPLE } from '../documents/load';
import { GROUPS, type Person } from '../documents/person';
import { randomSource } from '../documents/random';
import type { Bench } from '../run/bench';
import { sample } from '../sampling/race';
import { usesIndex } from '../subjects/explain';
import type { Argon } from '../subjects/argon';
import { visitsAt, type LongHistory, type Moment } from '../subjects/history';
import type { Scenario } from './scenario';

const CLAIMED_AT = 1_000_000;

/** Any query can be asked of any moment. */
export const queryThePastScenario: Scenario = {
  name: 'query-the-past',
  title: 'Query by filter of a moment long ago',
  about:
    'A history of so many entries as the size says, over a tenth as many documents; one of 200 groups of them, as they were in the middle of it: `collection.atTime(then).find({ group })`. With an index on `group`, and reading the whole collection. Warm: the moment has been read before. Cold: a process of its own per sample that has opened the store and read nothing yet, and a moment of its own from the middle third of the history.',
  stores: ['lmdb'],
  sizes: { lmdb: [10_000, 100_000, 1_000_000] },
  run: async (bench) => {
    const { argon, history } = await bench.withHistory();
    for (const indexed of [true, false]) await warm(bench, argon, history, indexed);
    await argon.close();
    for (const indexed of [true, false]) await cold(bench, argon.address, history, indexed);
  },
};

const nameOf = (how: string, indexed: boolean): string =>
  `${how}, ${indexed ? 'by an index' : 'without one'}`;

async function warm(bench: Bench, argon: Argon, history: LongHistory, indexed: boolean): Promise<void> {
  const moment = history.moments[history.moments.length >> 1]!;
  const people = argon.db().collection<Person>(PEOPLE).atTime(moment.time);
  const query = (group: number) =>
    indexed ? people.find({ group }) : people.find({ group }).hint({ $natural: 1 });
  if ((await usesIndex(query(0))) !== indexed) throw new Error('The index is not used as it should be.');
  const groups = groupsOf(history, 1);
  let group = 0;
  const samples = await sample(
    {
      prepare: () => (group = groups()),
      run: () => query(group).toArray(),
      check: (found) => checkPast(found, expectedOf(history, moment, group)),
    },
    { samples: bench.samples(indexed ? 200 : 50) },
  );
  bench.distribution(nameOf('warm', indexed), samples, { target: { most: 50, size: CLAIMED_AT } });
}

async function cold(bench: Bench, address: string, history: LongHistory, indexed: boolean): Promise<void> {
  const groups = groupsOf(history, 2);
  const random = randomSource(3);
  const samples: number[] = [];
  const started = performance.now();
  for (let i = 0; i <= bench.samples(20) && (i <= 5 || performance.now() - started < 60_000); i++) {
    const group = groups();
    const moment = history.moments[random.below(history.moments.length)]!;
    const expected = expectedOf(history, moment, group);
    const ms = await inChild('coldPastQuery', { address, time: moment.time, group, indexed, expected });
    if (i > 0) samples.push(ms);
  }
  bench.distribution(nameOf('cold', indexed), samples, { target: { most: 500, size: CLAIMED_AT } });
}

/** Groups at random, but for that of the one document that was changed often. */
function groupsOf({ often }: LongHistory, seed: number): () => number {
  const random = randomSource(seed);
  return () => (often + 1 + random.below(GROUPS - 1)) % GROUPS;
}

function expectedOf({ documents }: LongHistory, moment: Moment, group: number): PastResult {
  let [found, visits] = [0, 0];
  for (let index = group; index < documents; index += GROUPS, found++) {
    visits += visitsAt(index, moment);
  }
  return { documents: found, visits };
}

import { decodeDocument } from '@argon/bson';
import { NOBODY } from '@argon/wal';
import { count, counted } from '../render/numbers';
import { compare, type Comparison } from './compare';
import type { Stage } from './stage';
import { COLLECTION, PROJECT, type City, type World } from './world';

const BRANCH = 'experiment';
const RECOVERED = 'recovered';

/** Branch, change, look back, compare, reset, recover: on the cities, through the official driver's interface. */
export async function tellStory({ client, branches }: World, stage: Stage): Promise<void> {
  const main = client.branch(PROJECT, 'main').collection<City>(COLLECTION);
  const cities = client.branch(PROJECT, BRANCH).collection<City>(COLLECTION);
  const before = await main.countDocuments();

  stage.chapter('Branch it');
  stage.code(`await branches.create('${PROJECT}', '${BRANCH}')`);
  const made = await stage.time(`branch of ${counted(before, 'city', 'cities')}`, () =>
    branches.create(PROJECT, BRANCH, {}, NOBODY),
  );
  stage.say(
    `${made.name} (Head LSN: ${made.headLsn}, Base LSN: ${made.baseLsn}): a pointer; nothing was copied`,
  );
  await manyBranches(branches, stage);

  stage.chapter('Change thousands of documents on the branch');
  stage.code(
    `const cities = client.db('${PROJECT}~${BRANCH}').collection('${COLLECTION}')  // the official driver`,
  );
  const { modifiedCount } = await stage.time("updateMany({country: 'DE'}, {$set: {visited: true}})", () =>
    cities.updateMany({ country: 'DE' }, { $set: { visited: true } }),
  );
  const beforeDeletion = Date.now();
  await new Promise((resolve) => setTimeout(resolve, 5));
  const { headLsn: updatedLsn } = await branches.get(PROJECT, BRANCH);
  const { deletedCount } = await stage.time("deleteMany({country: 'US'})", () =>
    cities.deleteMany({ country: 'US' }),
  );
  const towns = Array.from({ length: 5000 }, (_, i) => newTown(i));
  await stage.time('insertMany of 5,000 new towns', () => cities.insertMany(towns));
  stage.say(`${count(modifiedCount)} changed, ${count(deletedCount)} deleted, ${count(towns.length)} added`);

  stage.chapter('main is untouched');
  const [mainCount, branchCount] = await Promise.all([main.countDocuments(), cities.countDocuments()]);
  const mainVisited = await main.countDocuments({ visited: true });
  stage.say(
    `main:       ${count(mainCount)} cities, ${mainVisited} visited, ${count(await usOn(main))} in the US`,
  );
  stage.say(
    `experiment: ${count(branchCount)} cities, ${count(modifiedCount)} visited, ${await usOn(cities)} in the US`,
  );
  expectSame(mainCount, before, 'main has changed');

  stage.chapter('Look back');
  stage.code(`cities.atLSN(${updatedLsn}).countDocuments({country: 'US'})`);
  const then = await stage.time('count the US, before the deletion (by LSN)', () =>
    usOn(cities.atLSN(updatedLsn)),
  );
  stage.code(`cities.atTime(new Date('${new Date(beforeDeletion).toISOString()}')).findOne({country: 'US'})`);
  const one = await stage.time('findOne in the US, before the deletion (by time)', () =>
    cities.atTime(beforeDeletion).findOne({ country: 'US' }),
  );
  stage.say(`${count(then)} cities of the US were there then; one is ${one?.name ?? '?'}`);
  expectSame(then, deletedCount, 'the past has changed');

  stage.chapter('Compare main and the branch');
  const difference = await stage.time('read both, document by document', () => compare(main, cities));
  tellDifference(difference, stage);

  stage.chapter('Reset the branch');
  const hidden = await branches.previewReset(PROJECT, BRANCH, { lsn: made.baseLsn });
  const report = await stage.time(`reset to LSN ${made.baseLsn}`, () =>
    branches.reset(PROJECT, BRANCH, { lsn: made.baseLsn }, NOBODY),
  );
  stage.say(
    `${counted(hidden.commits, 'commit')} with ${counted(hidden.entries, 'change')} hidden, none lost`,
  );
  stage.say(`experiment: ${count(await cities.countDocuments())} cities, as main`);

  stage.chapter('Take it back: a branch from the past');
  stage.code(
    `await branches.create('${PROJECT}', '${RECOVERED}', {from: '${BRANCH}', at: {lsn: ${report.from}}})`,
  );
  await stage.time(`branch at LSN ${report.from}`, () =>
    branches.create(PROJECT, RECOVERED, { from: BRANCH, at: { lsn: report.from } }, NOBODY),
  );
  const recovered = await client.branch(PROJECT, RECOVERED).collection(COLLECTION).countDocuments();
  stage.say(`recovered:  ${count(recovered)} cities, with every change made on experiment`);
  expectSame(recovered, branchCount, 'the branch from the past is not what it was');
}

/** A first call loads and warms what later ones find ready, so one figure would say little. */
async function manyBranches(branches: World['branches'], stage: Stage): Promise<void> {
  const names = Array.from({ length: 50 }, (_, i) => `idea-${i + 1}`);
  const times: number[] = [];
  for (const name of names) {
    const started = performance.now();
    await branches.create(PROJECT, name, {}, NOBODY);
    times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  stage.result(`${names.length} more branches, median of each`, times[names.length / 2]!);
  for (const name of names) await branches.delete(PROJECT, name, NOBODY);
}

function newTown(i: number): City {
  return { name: `New Town ${i + 1}`, lat: '0.0', lng: '0.0', country: 'XX', admin1: '', admin2: '' };
}

function usOn(collection: { countDocuments(filter: { country: string }): Promise<number> }): Promise<number> {
  return collection.countDocuments({ country: 'US' });
}

function tellDifference({ same, onlyLeft, onlyRight, changed, sample }: Comparison, stage: Stage): void {
  stage.say(`${count(same)} the same, ${count(changed)} changed`);
  stage.say(`${count(onlyLeft)} only on main, ${count(onlyRight)} only on experiment`);
  for (const [before, after] of sample) {
    const [old, now] = [decodeDocument(before), decodeDocument(after)];
    const fields = [...now.keys()].filter((field) => !old.has(field));
    stage.say(
      `  ${String(now.get('name'))}: + ${fields.map((field) => `${field}: ${String(now.get(field))}`).join(', ')}`,
    );
  }
}

/** The demo shows what is true, or fails. */
function expectSame(is: number, shouldBe: number, problem: string): void {
  if (is !== shouldBe) throw new Error(`${problem}: ${is} instead of ${shouldBe}`);
}

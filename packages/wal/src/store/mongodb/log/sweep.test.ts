import { Long } from 'mongodb';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { settleCommits } from '../../../entry/settle';
import { commitOf, insertion } from '../../../testing/drafts';
import { newProject, push, read } from '../../../testing/fixture';
import { packGroup } from '../record/pack';
import type { RecordGroup } from '../record/shape';
import { type TestDatabase, testDatabase } from '../testing/database';

let database: TestDatabase;

beforeEach(async () => {
  database = await testDatabase();
});

afterEach(() => database.dispose());

/** What a writer leaves behind that dies before its last record. */
async function leaveRemains(branchId: number, after: number, firstLsn: number): Promise<RecordGroup> {
  const text = 'x'.repeat(40_000);
  const drafts = [1, 2, 3].map((id) => commitOf(insertion({ id, text })));
  const commits = settleCommits({ branchId, after, commits: drafts }, firstLsn, Date.now());
  const group = packGroup(commits, { refLsn: branchId });
  await database.collections.meta.insertOne({
    _id: `unsealed:${branchId}:${group.lsn}`,
    branch_id: Long.fromNumber(branchId),
    after: Long.fromNumber(after),
    first_lsn: Long.fromNumber(group.firstLsn),
    seal_lsn: Long.fromNumber(group.lsn),
    since: new Date(Date.now() - 10_000_000),
  });
  await database.collections.log.insertMany(group.records.slice(0, -1));
  return group;
}

const remains = () => database.collections.log.countDocuments({ sealed: false });
// Nobody waits until a majority has forgotten a note.
const notes = () =>
  database.collections.meta.countDocuments({ seal_lsn: { $exists: true } }, { readConcern: 'local' });

it('what a dead writer left is invisible, and goes once its place is taken', async () => {
  const store = await database.open();
  const { main } = await newProject(store);
  await leaveRemains(main.id, main.startLsn, 100);
  expect(await read(store, main.id)).toEqual([]);
  expect(await store.head(main.id)).toMatchObject({ lsn: main.startLsn });
  expect(await store.entries(main.id, [100, 101])).toEqual([undefined, undefined]);
  expect(await store.documents(main.id, [100])).toEqual([undefined]);

  // Nobody has followed yet: it might be a slow writer, whose seal is still to come.
  await (await database.open()).close();
  expect(await remains()).toBe(2);
  const [commit] = await push(store, main.id, commitOf(insertion({ _id: 1 })));
  expect(await read(store, main.id)).toEqual([commit]);
  await (await database.open()).close();
  expect(await remains()).toBe(0);
  expect(await notes()).toBe(0);
  expect(await read(store, main.id)).toHaveLength(1);
});

it('a writer that was only slow can still seal', async () => {
  const store = await database.open();
  const { main } = await newProject(store);
  const group = await leaveRemains(main.id, main.startLsn, 100);
  await (await database.open()).close();
  await database.collections.log.insertOne(group.records.at(-1)!);
  expect(await read(store, main.id)).toHaveLength(3);
  await (await database.open()).close();
  expect(await remains()).toBe(2);
  expect(await notes()).toBe(0);
  expect(await read(store, main.id)).toHaveLength(3);
});

it('a writer leaves nothing behind, whether it wins or loses', async () => {
  const [a, b] = [await database.open(), await database.open()];
  const { main } = await newProject(a);
  const text = 'x'.repeat(40_000);
  const commits = [1, 2, 3].map((id) => commitOf(insertion({ id, text })));
  const request = { branchId: main.id, after: main.startLsn, commits };
  const results = await Promise.all([a.append(request), b.append(request)]);
  expect(results.map(({ appended }) => appended).sort()).toEqual([false, true]);
  await Promise.all([a.close(), b.close()]);
  expect(await remains()).toBe(2);
  expect(await notes()).toBe(0);
});

import { setTimeout as sleep } from 'node:timers/promises';
import { Long } from 'mongodb';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { NOBODY } from '../../../entry/entry';
import { verifyStore } from '../../../log/verify';
import type { BranchRecord } from '../../../refs/records';
import { commitOf, insertion } from '../../../testing/drafts';
import { fork, newProject, push, read } from '../../../testing/fixture';
import type { MongoStore } from '../mongo-store';
import { type TestDatabase, testDatabase } from '../testing/database';
import { storedBranch } from './shape';

let database: TestDatabase;

beforeEach(async () => {
  database = await testDatabase();
});

afterEach(() => database.dispose());

/** What a creator leaves behind that dies after the commit point. */
async function leaveRecord(store: MongoStore, parent: BranchRecord, name: string): Promise<BranchRecord> {
  const { lsn } = await store.head(parent.id);
  const id = 1000 + name.charCodeAt(0);
  const branch: BranchRecord = {
    ...parent,
    id,
    name,
    parentId: parent.id,
    baseLsn: lsn,
    startLsn: lsn,
    headLsn: lsn,
    createdAt: Date.now(),
  };
  await database.collections.branches.insertOne(storedBranch(branch));
  return branch;
}

const births = () => database.collections.log.countDocuments({ birth: { $exists: true } });
const live = (projectId: number) =>
  database.collections.branches.countDocuments({
    project_id: Long.fromNumber(projectId),
    status: 'active',
  });

it('two creators of one name: one has it, the other has written nothing', async () => {
  const stores = [await database.open(), await database.open()];
  const { project, main } = await newProject(stores[0]!);
  for (let round = 0; round < 10; round++) {
    const outcomes = await Promise.allSettled(stores.map((store) => fork(store, main, `branch-${round}`)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected')
        expect(outcome.reason).toMatchObject({ code: 'ARGON_WAL_BRANCH_EXISTS' });
    }
  }
  expect(await live(project.id)).toBe(11);
  // A creation is answered before the birth that follows from it is written.
  await Promise.all(stores.map((store) => store.close()));
  expect(await births()).toBe(11);
});

it('a branch that was just made can be read, written, forked and deleted at once, by anybody', async () => {
  const [store, other] = [await database.open(), await database.open()];
  const { project, main } = await newProject(store);
  for (let round = 0; round < 10; round++) {
    const branch = await fork(store, main, `branch-${round}`);
    const asked = [store, other, store, other].map((asker) => asker.head(branch.id));
    for (const head of await Promise.all(asked)) expect(head.lsn).toBe(branch.baseLsn);
    const written = await fork(store, main, `written-${round}`);
    const [commit] = await push(round % 2 === 0 ? store : other, written.id, commitOf(insertion({ round })));
    expect(await read(other, written.id)).toEqual([commit]);
    const parent = await fork(store, main, `parent-${round}`);
    await fork(round % 2 === 0 ? other : store, parent, `child-${round}`);
  }
  const gone = await fork(store, main, 'gone');
  await other.deleteProject(project.id, NOBODY);
  const late = { branchId: gone.id, after: gone.baseLsn, commits: [commitOf(insertion({ a: 1 }))] };
  expect(await store.append(late)).toEqual({ appended: false, reason: 'branch-deleted' });
  expect((await verifyStore(store)).problems).toEqual([]);
  await store.close();
  expect(await births()).toBe(42);
});

it('a branch whose maker died after the commit point is whole for whoever meets it', async () => {
  const [store, other] = [await database.open(), await database.open()];
  const { project, main } = await newProject(store);
  await push(store, main.id, commitOf(insertion({ _id: 1 })));
  const a = await leaveRecord(store, main, 'a');
  expect((await store.branches(project.id)).map(({ name }) => name)).toEqual(['main', 'a']);
  expect(await store.head(a.id)).toEqual({ lsn: a.baseLsn, timestamp: a.createdAt });
  const [birth] = await other.entries(a.id, [a.id]);
  expect(birth).toMatchObject({ operation: 'create_branch', lsn: a.id, timestamp: a.createdAt });

  // Its birth is what its maker would have written.
  const reference = await fork(store, main, 'reference');
  const [made] = await store.entries(reference.id, [reference.id]);
  expect(Object.keys(birth!)).toEqual(Object.keys(made!));

  const b = await leaveRecord(store, main, 'b');
  const [first] = await other.entries(b.id, [b.id]);
  expect(first?.operation).toBe('create_branch');

  const c = await leaveRecord(store, main, 'c');
  await Promise.all([store.head(c.id), other.head(c.id), other.head(c.id)]);
  const [commit] = await push(other, c.id, commitOf(insertion({ _id: 2 })));
  expect(await read(store, c.id)).toEqual([commit]);
  expect(await births()).toBe(5);
  expect((await verifyStore(store)).problems).toEqual([]);
});

it('a project is deleted together with a branch whose maker died after the commit point', async () => {
  const store = await database.open();
  const { project, main } = await newProject(store);
  const a = await leaveRecord(store, main, 'a');
  await store.deleteProject(project.id, NOBODY);
  expect(await live(project.id)).toBe(0);
  expect(await store.branchById(a.id)).toMatchObject({ status: 'deleted' });
  expect((await read(store, a.id)).map(({ entries }) => entries[0]!.operation)).toEqual(['delete_branch']);
});

it('a project that is deleted while branches are made keeps none of them', async () => {
  const [store, other] = [await database.open(), await database.open()];
  for (let round = 0; round < 12; round++) {
    const { project, main } = await newProject(store, `shop${round}`);
    await other.head(main.id);
    const making = Array.from({ length: 12 }, async (_, index) => {
      await sleep(index * 2);
      return fork(other, main, `branch-${index}`);
    });
    await sleep((round % 6) * 4);
    const [outcomes] = await Promise.all([
      Promise.allSettled(making),
      store.deleteProject(project.id, NOBODY),
    ]);
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') continue;
      expect(['ARGON_WAL_PROJECT_NOT_FOUND', 'ARGON_WAL_BRANCH_NOT_FOUND']).toContain(outcome.reason.code);
    }
    expect(await live(project.id)).toBe(0);
    for (const outcome of outcomes) {
      if (outcome.status !== 'fulfilled') continue;
      const { id } = outcome.value;
      const { lsn } = await other.head(id);
      const late = { branchId: id, after: lsn, commits: [commitOf(insertion({ a: 1 }))] };
      expect(await other.append(late)).toEqual({ appended: false, reason: 'branch-deleted' });
    }
  }
});

it('a creation that remembers a parent which is gone is refused, and leaves no live branch', async () => {
  const [store, other] = [await database.open(), await database.open()];
  const { project, main } = await newProject(store);
  const request = { projectId: project.id, parentId: main.id, baseLsn: main.startLsn, actor: NOBODY };
  await other.branch(project.id, 'main');
  await other.head(main.id);
  await store.deleteProject(project.id, NOBODY);
  await expect(other.createBranch({ ...request, name: 'late' })).rejects.toMatchObject({
    code: 'ARGON_WAL_PROJECT_NOT_FOUND',
  });
  expect(await live(project.id)).toBe(0);
});

it('a branch that a dead creation left in a deleted project is closed by the next open', async () => {
  const store = await database.open();
  const { project, main } = await newProject(store);
  await store.deleteProject(project.id, NOBODY);
  await leaveRecord(store, main, 'a');
  expect(await live(project.id)).toBe(1);
  await database.open();
  await until(async () => (await live(project.id)) === 0);
  const notes = () => database.collections.meta.countDocuments({ project_id: { $exists: true } });
  expect(await notes()).toBe(1);
  // Once no creation can still be under way, the note goes too.
  const since = new Date(Date.now() - 10_000_000);
  await database.collections.meta.updateOne({ project_id: { $exists: true } }, { $set: { since } });
  await database.open();
  await until(async () => (await notes()) === 0);
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await isSo()) return;
    await sleep(50);
  }
  throw new Error('It did not happen.');
}

import assert from 'node:assert/strict';
import { branchDeletion, branchReset, NOBODY, type BranchRecord, type Commit, type Store } from '@argon/wal';
import { MemoryStore } from '@argon/wal/memory';
import { beforeEach, describe, it } from 'vitest';
import { Materializer } from '../materializer';
import { controlEntry, createCollection, insert, update, written } from '../testing/index';
import { storeRacingAt } from './testing/racing-store';

const HOUR = 3_600_000;

let clock: number;
let store: Store;
let materializer: Materializer;
let main: BranchRecord;
let feature: BranchRecord;
/** What was done on the branch that is deleted: an insert, and two changes of it. */
let own: readonly Commit[];

const fork = async (parent: BranchRecord, name: string, baseLsn?: number): Promise<BranchRecord> =>
  store.createBranch({
    projectId: parent.projectId,
    name,
    parentId: parent.id,
    baseLsn: baseLsn ?? (await store.head(parent.id)).lsn,
    actor: NOBODY,
  });

async function deleteBranch({ id, name }: BranchRecord): Promise<void> {
  const { lsn } = await store.head(id);
  const commits = [branchDeletion(name, NOBODY)];
  await store.append({ branchId: id, after: lsn, commits, change: { status: 'deleted' } });
}

/** The documents' entries that are left of a branch's chain. */
async function left(branchId: number): Promise<readonly number[]> {
  const lsns: number[] = [];
  for await (const batch of store.commits(branchId, { after: 0 })) {
    for (const { entries } of batch)
      for (const { lsn, operation } of entries) if (/^(insert|update)$/.test(operation)) lsns.push(lsn);
  }
  return lsns;
}

/** Lets go of all that is older than now. */
const compact = (options = {}) =>
  materializer.compact(
    { projectId: main.projectId },
    { keep: { days: 0 }, now: () => clock, grace: 0, ...options },
  );

const namesOf = async (options = {}) =>
  (await compact(options)).branches.filter(({ isDeleted }) => isDeleted).map(({ branch }) => branch);

beforeEach(async () => {
  clock = 1_000_000_000;
  store = new MemoryStore({ now: () => (clock += 1_000) });
  materializer = new Materializer(store);
  main = (await store.createProject({ name: 'p', branchName: 'main', actor: NOBODY })).branch;
  await written(store, main.id, [[createCollection('c')], [insert('c', { _id: 'main' })]]);
  feature = await fork(main, 'feature');
  const [made] = await written(store, feature.id, [[insert('c', { _id: 1, n: 0 })]]);
  const [first] = await written(store, feature.id, [[update('c', { _id: 1, n: 1 }, made!.lsn, made!.lsn)]]);
  const [second] = await written(store, feature.id, [[update('c', { _id: 1, n: 2 }, made!.lsn, first!.lsn)]]);
  own = [made!, first!, second!];
});

describe('a deleted branch', () => {
  it('loses all when nobody stands on it, once', async () => {
    await deleteBranch(feature);
    const dry = await compact({ dryRun: true });
    assert.equal((await left(feature.id)).length, 3);
    const report = await compact();
    assert.deepEqual(report, dry);
    const [, gone] = report.branches;
    assert.deepEqual([gone!.branch, gone!.isDeleted, gone!.dropped, gone!.kept], ['feature', true, 3, 1]);
    assert.deepEqual(await left(feature.id), []);
    assert.deepEqual(await namesOf(), []);
    const state = await new Materializer(store).current(main.id);
    assert.equal(state.collections.get('c')!.count, 1);
  });

  it('stays while its policy, its project, or time says so', async () => {
    await deleteBranch(feature);
    const deleted = clock;
    assert.deepEqual(await namesOf({ keep: { all: true } }), []);
    assert.deepEqual(await namesOf({ keep: { days: 1 } }), []);
    assert.deepEqual(await namesOf({ before: deleted - 1 }), []);
    assert.deepEqual(await namesOf({ grace: HOUR }), []);
    const note = () => [[controlEntry('modify_branch', '', {})]];
    await written(store, main.id, note(), { projectKeep: { days: 1 } });
    assert.deepEqual(await namesOf({ keep: undefined }), []);
    assert.equal((await left(feature.id)).length, 3);
    clock += 25 * HOUR;
    assert.deepEqual(await namesOf({ keep: undefined, grace: HOUR }), ['feature']);
    assert.deepEqual(await left(feature.id), []);
  });

  it('keeps what its children show, and no moment for its own sake', async () => {
    const child = await fork(feature, 'child', own[1]!.lsn);
    await deleteBranch(feature);
    assert.deepEqual(await namesOf(), ['feature']);
    assert.deepEqual(await left(feature.id), [own[0]!.lsn, own[1]!.lsn]);
    const fresh = new Materializer(store);
    const state = await fresh.current(child.id);
    const refs = (await state.collections.get('c')!.scan().next()) ?? [];
    assert.deepEqual(
      refs.map(({ lsn }) => lsn),
      [feature.baseLsn, own[1]!.lsn],
    );
    await assert.rejects(fresh.stateAt(child.id, own[0]!.lsn), { code: 'ARGON_WAL_LSN_BELOW_HORIZON' });
  });

  it('goes by a pin of the project, and stays where that is gone', async () => {
    const note = () => [[controlEntry('modify_branch', '', {})]];
    await written(store, main.id, note(), { projectKeep: { sincePin: 'v1' } });
    await written(store, feature.id, note(), { pin: { name: 'v1', lsn: own[0]!.lsn } });
    await deleteBranch(feature);
    assert.deepEqual(
      await namesOf({ keep: undefined }),
      [],
      'pins of a deleted branch say nothing of others',
    );
    const pin = { name: 'v1', lsn: (await store.head(main.id)).lsn };
    await written(store, main.id, note(), { pin });
    assert.deepEqual(await namesOf({ keep: undefined }), []);
    assert.equal((await left(feature.id)).length, 3, "its own pin of the name came before the branch's end");
    const later = await fork(main, 'later');
    await written(store, later.id, [[insert('c', { _id: 'later' })]]);
    await deleteBranch(later);
    assert.deepEqual(await namesOf({ keep: undefined }), [], 'the pin is older than its end');
    await written(store, main.id, note(), { unpin: 'v1' });
    await written(store, main.id, note(), { pin: { name: 'v1', lsn: (await store.head(main.id)).lsn } });
    assert.deepEqual(await namesOf({ keep: undefined }), ['later']);
  });

  it('keeps what was adopted of it, until whoever did so lets go of that moment', async () => {
    const { lsn: to } = own[2]!;
    const { lsn: after } = await store.head(main.id);
    const commits = [branchReset(to, NOBODY, feature.id)];
    const change = { resetTo: to, resetBranch: feature.id };
    const adopted = await store.append({ branchId: main.id, after, commits, change });
    assert.ok(adopted.appended);
    await deleteBranch(feature);
    const reset = (await store.head(main.id)).lsn;
    assert.deepEqual(await namesOf({ keep: { sinceLsn: reset - 1 } }), []);
    await written(store, main.id, [[insert('c', { _id: 2 })]]);
    assert.deepEqual(await namesOf(), ['feature']);
    assert.deepEqual(await left(feature.id), [own[0]!.lsn, own[2]!.lsn]);
    const state = await new Materializer(store).current(main.id);
    assert.equal(state.collections.get('c')!.count, 3);
  });

  it('keeps what its child shows when it is deleted before its horizon has moved', async () => {
    const child = await fork(feature, 'child');
    let isDeleted = false;
    const racing = storeRacingAt(store, 'append', async () => {
      if (!isDeleted) await deleteBranch(feature);
      isDeleted = true;
    });
    const { branches } = await new Materializer(racing).compact(
      { branchId: feature.id },
      { keep: { sinceLsn: own[0]!.lsn }, now: () => clock },
    );
    assert.deepEqual([branches[0]!.horizon, branches[0]!.dropped], [0, 0]);
    assert.equal((await new Materializer(store).current(child.id)).collections.get('c')!.count, 2);
  });

  it('keeps what one shows that is forked from its child while it is looked at', async () => {
    const child = await fork(feature, 'child');
    await deleteBranch(feature);
    let late: BranchRecord | undefined;
    const racing = storeRacingAt(store, 'rewrite', async (branchId) => {
      if (branchId === feature.id) late ??= await fork(child, 'late', own[1]!.lsn);
    });
    await new Materializer(racing).compact(
      { projectId: main.projectId },
      { keep: { days: 0 }, now: () => clock, grace: 0 },
    );
    const state = await new Materializer(store).current(late!.id);
    const refs = (await state.collections.get('c')!.scan().next()) ?? [];
    assert.deepEqual(
      refs.map(({ lsn }) => lsn),
      [feature.baseLsn, own[1]!.lsn],
    );
    await assert.rejects(fork(child, 'later', own[0]!.lsn), { code: 'ARGON_WAL_LSN_BELOW_HORIZON' });
  });

  it('loses its snapshots, too', async () => {
    await materializer.snapshot(feature.id);
    await deleteBranch(feature);
    const report = await compact();
    assert.deepEqual(await store.snapshots.list(feature.id), []);
    assert.equal(report.branches.find(({ isDeleted }) => isDeleted)!.snapshots, 1);
    assert.ok(report.chunks > 0);
  });
});

import assert from 'node:assert/strict';
import { NOBODY, type BranchRecord, type Commit, type Store } from '@argon/wal';
import { MemoryStore } from '@argon/wal/memory';
import { beforeEach, describe, it } from 'vitest';
import { Materializer } from '../materializer';
import { controlEntry, createCollection, insert, remove, update, written } from '../testing/index';
import { storeRacingAt } from './testing/racing-store';

const HOUR = 3_600_000;
const BELOW = { code: 'ARGON_WAL_LSN_BELOW_HORIZON' };

let clock: number;
let store: Store;
let materializer: Materializer;
let main: BranchRecord;
/** One document, changed in each commit after its insert; one more that comes and goes. */
let commits: readonly Commit[];

beforeEach(async () => {
  clock = 1_000_000_000;
  store = new MemoryStore({ now: () => (clock += 1_000) });
  materializer = new Materializer(store);
  main = (await store.createProject({ name: 'p', branchName: 'main', actor: NOBODY })).branch;
  const made = await written(store, main.id, [[createCollection('c')], [insert('c', { _id: 1, n: 0 })]]);
  commits = [made[1]!];
  const record = made[1]!.lsn;
  for (let n = 1; n <= 5; n++) {
    const last = commits[commits.length - 1]!;
    commits = [
      ...commits,
      ...(await written(store, main.id, [[update('c', { _id: 1, n }, record, last.lsn)]])),
    ];
  }
  const [passing] = await written(store, main.id, [[insert('c', { _id: 'passing' })]]);
  commits = [...commits, passing!];
  const [gone] = await written(store, main.id, [[remove('c', { _id: 'passing' }, passing!.lsn)]]);
  commits = [...commits, gone!];
});

const compact = (lsn: number, options = {}) =>
  materializer.compact({ branchId: main.id }, { keep: { sinceLsn: lsn }, now: () => clock, ...options });

const documentsAt = async (lsn: number, branch = main.id) => {
  const state = await materializer.stateAt(branch, lsn);
  const refs = (await state.collections.get('c')!.scan().next()) ?? [];
  return materializer.documents(
    state,
    refs.map((ref) => ref.lsn),
  );
};

describe('compaction', () => {
  it('drops what no kept moment shows, and says how much', async () => {
    const head = commits.at(-1)!.lsn;
    const versions = commits.slice(0, 5).map(({ entries }) => entries[0]!.document!.length);
    const passing = commits[6]!.entries[0]!.document!.length;
    const report = await compact(head);
    assert.deepEqual(report.branches, [
      {
        branchId: main.id,
        branch: 'main',
        isDeleted: false,
        horizon: head,
        missingPin: null,
        // The collection, the insert without its document, the last version; and what ends the horizon's commit, with the
        // insert that it ends.
        kept: 5,
        hollowed: 2,
        dropped: 4,
        bytes: versions.reduce((sum, each) => sum + each, passing),
        snapshots: 0,
      },
    ]);
    assert.equal((await documentsAt(head)).length, 1);
    await assert.rejects(materializer.stateAt(main.id, head - 1), BELOW);
    assert.deepEqual((await compact(head)).branches[0], {
      ...report.branches[0]!,
      hollowed: 0,
      dropped: 0,
      bytes: 0,
    });
  });

  it('keeps pins, by LSN', async () => {
    const [, , pinned, between] = commits;
    await written(store, main.id, [[controlEntry('modify_branch', '', {})]], {
      pin: { name: 'release', lsn: pinned!.lsn },
    });
    const expected = (await documentsAt(pinned!.lsn)).map((bytes) => Buffer.from(bytes));
    await compact(commits.at(-1)!.lsn);
    assert.deepEqual(
      (await documentsAt(pinned!.lsn)).map((bytes) => Buffer.from(bytes)),
      expected,
    );
    await assert.rejects(materializer.stateAt(main.id, between!.lsn), BELOW);
    await assert.rejects(materializer.boundaryAt(main.id, between!.lsn), BELOW);
    // What came between the pin and this time may be gone, so the pin would be a wrong answer.
    await assert.rejects(materializer.lsnAtTime(main.id, between!.timestamp), BELOW);
    assert.equal(await materializer.lsnAtTime(main.id, commits.at(-1)!.timestamp), commits.at(-1)!.lsn);
  });

  it('keeps what children stand on, which are no way around the horizon', async () => {
    const [, , fork] = commits;
    const request = { projectId: main.projectId, parentId: main.id, actor: NOBODY };
    const child = await store.createBranch({ ...request, name: 'child', baseLsn: fork!.lsn });
    const expected = (await documentsAt(fork!.lsn)).map((bytes) => Buffer.from(bytes));
    await compact(commits.at(-1)!.lsn);
    materializer = new Materializer(store);
    assert.deepEqual(
      (await documentsAt(fork!.lsn, child.id)).map((bytes) => Buffer.from(bytes)),
      expected,
    );
    await assert.rejects(materializer.stateAt(child.id, fork!.lsn - 1), BELOW);
    await assert.rejects(store.createBranch({ ...request, name: 'x', baseLsn: fork!.lsn }), BELOW);
    await store.createBranch({ ...request, name: 'y', parentId: child.id, baseLsn: fork!.lsn });
  });

  it('names the horizon and its time', async () => {
    const head = commits.at(-1)!;
    await compact(head.lsn);
    await assert.rejects(
      materializer.stateAt(main.id, commits[0]!.lsn),
      (error: Error & { data?: unknown }) => {
        assert.match(
          error.message,
          new RegExp(`up to LSN ${head.lsn} \\(${new Date(head.timestamp).toISOString()}\\)`),
        );
        assert.deepEqual(error.data, {
          branchId: main.id,
          lsn: commits[0]!.lsn,
          horizon: head.lsn,
          timestamp: head.timestamp,
        });
        return true;
      },
    );
  });

  it('goes on to a horizon that another compaction has moved beyond its own', async () => {
    let isBeyond = false;
    const racing = storeRacingAt(store, 'append', async () => {
      if (!isBeyond) await compact(commits[6]!.lsn);
      isBeyond = true;
    });
    const report = await new Materializer(racing).compact(
      { projectId: main.projectId },
      { keep: { sinceLsn: commits[3]!.lsn }, now: () => clock },
    );
    assert.equal(report.branches[0]!.horizon, commits[6]!.lsn);
    assert.equal((await documentsAt(commits[6]!.lsn)).length, 2);
  });

  it('tells whoever holds a state whose documents went', async () => {
    const held = await materializer.stateAt(main.id, commits[1]!.lsn);
    const reader = new Materializer(store, { cacheBytes: 0 });
    await compact(commits.at(-1)!.lsn);
    await assert.rejects(async () => reader.documents(held, [commits[1]!.lsn]), BELOW);
  });

  it('keeps all where nothing says otherwise', async () => {
    const report = await materializer.compact({ projectId: main.projectId });
    assert.deepEqual([report.branches[0]!.horizon, report.branches[0]!.dropped], [0, 0]);
    assert.equal((await documentsAt(commits[0]!.lsn)).length, 1);
  });

  it('goes by the policy of the branch, else by that of the project', async () => {
    const note = [[controlEntry('modify_branch', '', {})]];
    await written(store, main.id, note, { projectKeep: { sinceLsn: commits[2]!.lsn } });
    const dryRun = { dryRun: true, now: () => clock };
    const byProject = await materializer.compact({ branchId: main.id }, dryRun);
    assert.equal(byProject.branches[0]!.horizon, commits[2]!.lsn);
    await written(store, main.id, note, { keep: { days: 1 / (24 * 3_600) } });
    const byBranch = await materializer.compact({ branchId: main.id }, dryRun);
    assert.ok(byBranch.branches[0]!.horizon > commits[2]!.lsn);
    assert.equal((await documentsAt(commits[0]!.lsn)).length, 1, 'a dry run leaves everything');
  });

  it('goes by the LSN of a pin that a policy names, wherever in the project it is', async () => {
    const note = [[controlEntry('modify_branch', '', {})]];
    const [, one, two, three] = commits;
    const request = { projectId: main.projectId, parentId: main.id, actor: NOBODY };
    const other = await store.createBranch({ ...request, name: 'other', baseLsn: three!.lsn });
    const horizon = async (branchId = main.id) =>
      (await materializer.compact({ branchId }, { dryRun: true, now: () => clock })).branches[0]!.horizon;
    await written(store, main.id, note, { projectKeep: { sincePin: 'v1' } });
    await written(store, main.id, note, { pin: { name: 'v1', lsn: two!.lsn } });
    assert.equal(await horizon(), two!.lsn);
    assert.equal(await horizon(other.id), 0, 'it came after the pin');
    const [own] = await written(store, other.id, [[insert('c', { _id: 'own' })]]);
    await written(store, other.id, note, { keep: { sincePin: 'v2' } });
    const [late] = await written(store, main.id, note);
    await written(store, main.id, note, { pin: { name: 'v2', lsn: late!.lsn } });
    assert.ok((await horizon(other.id)) > own!.lsn, "main's pin, which is later");
    await written(store, other.id, note, { pin: { name: 'v2', lsn: own!.lsn } });
    assert.equal(await horizon(other.id), own!.lsn, 'its own pin goes before');
    await written(store, main.id, note, { keep: { sincePin: 'v2' }, unpin: 'v2' });
    await written(store, main.id, note, { pin: { name: 'v2', lsn: one!.lsn } });
    assert.equal(await horizon(), one!.lsn);
    await materializer.compact({ projectId: main.projectId }, { now: () => clock });
    assert.equal((await documentsAt(one!.lsn)).length, 1);
    await assert.rejects(materializer.stateAt(main.id, commits[0]!.lsn), BELOW);
  });

  it('drops nothing of a branch whose policy names a pin that is gone, and says so', async () => {
    const note = [[controlEntry('modify_branch', '', {})]];
    const head = commits.at(-1)!.lsn;
    await written(store, main.id, note, { pin: { name: 'v1', lsn: head } });
    await written(store, main.id, note, { pin: { name: 'early', lsn: commits[1]!.lsn } });
    await written(store, main.id, note, { keep: { sincePin: 'v1' } });
    await compact(commits[3]!.lsn);
    await written(store, main.id, note, { unpin: 'v1' });
    await written(store, main.id, note, { unpin: 'early' });
    for (const target of [{ branchId: main.id }, { projectId: main.projectId }]) {
      const [report] = (await materializer.compact(target, { now: () => clock, grace: 0 })).branches;
      const nothing = { kept: 0, hollowed: 0, dropped: 0, bytes: 0, snapshots: 0 };
      assert.deepEqual(report, {
        ...{ branchId: main.id, branch: 'main', isDeleted: false },
        ...{ horizon: commits[3]!.lsn, missingPin: 'v1', ...nothing },
      });
    }
    assert.ok((await store.documents(main.id, [commits[1]!.lsn]))[0], 'held by a pin that is gone as well');
    assert.equal((await documentsAt(commits[4]!.lsn)).length, 1);
    await written(store, main.id, note, { pin: { name: 'v1', lsn: head } });
    const [report] = (await materializer.compact({ branchId: main.id }, { now: () => clock })).branches;
    assert.deepEqual([report!.horizon, report!.missingPin], [head, null]);
  });

  it('removes snapshots and their chunks when nobody can be at work with them any more', async () => {
    await materializer.snapshot(main.id);
    await written(store, main.id, [[insert('c', { _id: 2 })]]);
    const { lsn: horizon } = await store.head(main.id);
    const first = await compact(horizon);
    assert.deepEqual([first.branches[0]!.snapshots, first.chunks], [0, 0]);
    assert.equal((await store.snapshots.list(main.id)).length, 2, 'one more, which is not below the horizon');
    clock += HOUR;
    const { lsn } = (await store.snapshots.list(main.id))[1]!;
    const second = await compact(horizon);
    assert.equal(second.branches[0]!.snapshots, 1);
    assert.ok(second.chunks > 0 && second.chunkBytes > 0);
    assert.deepEqual(
      (await store.snapshots.list(main.id)).map((snapshot) => snapshot.lsn),
      [lsn],
    );
    const fresh = new Materializer(store);
    assert.equal((await fresh.current(main.id)).collections.get('c')!.count, 2);
    assert.equal(fresh.stats().snapshots.damaged, 0);
  });

  it('leaves chunks alone that lie elsewhere, where other stores may have theirs', async () => {
    const elsewhere = new MemoryStore({ now: () => clock }).chunks;
    const apart = new Materializer(store, { chunks: elsewhere });
    await apart.snapshot(main.id);
    for (const { branchId, lsn } of await store.snapshots.list()) await store.snapshots.remove(branchId, lsn);
    clock += 2 * HOUR;
    const report = await apart.compact({ branchId: main.id }, { now: () => clock });
    assert.equal(report.chunks, 0);
    let left = 0;
    for await (const batch of elsewhere.list()) left += batch.length;
    assert.ok(left > 0);
  });

  it('is refused where the store cannot rewrite its log', async () => {
    const plain = new Proxy(store, {
      get: (target, property) =>
        property === 'supports' ? { durable: false, multiProcess: false } : Reflect.get(target, property),
    });
    await assert.rejects(new Materializer(plain).compact({ branchId: main.id }), {
      code: 'ARGON_WAL_COMPACTION_UNSUPPORTED',
    });
  });
});

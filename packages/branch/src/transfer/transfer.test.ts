import { encodeDocument } from '@argon/bson';
import { branchReset, chainStats, NOBODY, verifyStore } from '@argon/wal';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openStack, type Stack } from '../testing/stack';
import { exportLog } from './export-log';
import { importLog } from './import-log';
import { LsnMap } from './lsn-map';

let stack: Stack;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 1) });
  stack = await openStack();
  await stack.branches.createProject('shop', NOBODY);
  for (const [i, user] of ['ada', 'bob', 'ada'].entries()) {
    vi.advanceTimersByTime(60_000);
    await stack.run('shop', { insert: 'c', documents: [{ _id: i }] }, { user, app: 'tests' });
  }
});
afterEach(async () => {
  vi.useRealTimers();
  await stack.close();
});

async function* exported(request = {}): AsyncGenerator<readonly Uint8Array[]> {
  yield* exportLog(stack.store, stack.materializer, { project: 'shop', branch: 'main', ...request });
}

function importing(documents: AsyncIterable<readonly Uint8Array[]>, request = {}) {
  const { store, materializer, branches } = stack;
  return importLog(store, materializer, branches, { project: 'copy', documents, ...request }, NOBODY);
}

async function commitsOf(project: string, branch = 'main') {
  const { id } = await stack.branches.get(project, branch);
  const found: [number, string][] = [];
  for await (const batch of stack.store.commits(id, { after: 0 })) {
    found.push(
      ...batch.map(({ timestamp, entries }): [number, string] => [timestamp, entries[0]!.actor.user]),
    );
  }
  return found;
}

describe('importLog', () => {
  it('keeps times and actors in a project of its own', async () => {
    vi.advanceTimersByTime(86_400_000);
    const report = await importing(exported());
    expect(report).toMatchObject({
      project: 'copy',
      branch: 'main',
      commits: 3,
      entries: 4,
      timesKept: true,
    });
    expect(await commitsOf('copy')).toEqual(await commitsOf('shop'));
    expect((await stack.branches.project('copy')).createdAt).toBe(Date.UTC(2026, 0, 1));
    expect([...(await stack.documents('copy', 'c')).keys()]).toEqual(['0', '1', '2']);
  });

  it('makes an empty branch for it in a project that there is, and says that times are new', async () => {
    vi.advanceTimersByTime(86_400_000);
    const report = await importing(exported(), { project: 'shop', branch: 'copied' });
    expect(report).toMatchObject({ branch: 'copied', timesKept: false });
    const [times, users] = [
      (await commitsOf('shop', 'copied')).map(([time]) => time),
      (await commitsOf('shop', 'copied')).map(([, user]) => user),
    ];
    expect(users).toEqual(['ada', 'bob', 'ada']);
    expect(times.every((time) => time === Date.now())).toBe(true);
    await expect(importing(exported(), { project: 'shop' })).rejects.toMatchObject({
      code: 'ARGON_WAL_BRANCH_EXISTS',
    });
  });

  it('ends where it was told to', async () => {
    const report = await importing(exported({ to: { timestamp: Date.UTC(2026, 0, 1) + 120_000 } }));
    expect(report).toMatchObject({ commits: 2 });
  });

  it('keeps policies and pins only as notes', async () => {
    await stack.branches.pin('shop', 'main', 'v1', undefined, NOBODY);
    const report = await importing(exported());
    expect(report).toMatchObject({ commits: 4, notes: 1 });
    expect((await stack.branches.get('copy', 'main')).retention).toBeUndefined();
  });

  it('cuts large commits into parts, and makes them one again', async () => {
    const documents = Array.from({ length: 2_500 }, (_, i) => ({ _id: `n${i}` }));
    await stack.run('shop', { insert: 'c', documents });
    const all: Uint8Array[] = [];
    for await (const batch of exported()) all.push(...batch);
    expect(all.length).toBe(1 + 3 + 3 + 1);
    const given = (async function* () {
      yield all;
    })();
    expect(await importing(given)).toMatchObject({ commits: 4, entries: 2_504 });
  });

  it('takes along what a staging branch brought in', async () => {
    const { store, materializer, branches } = stack;
    const main = await branches.get('shop', 'main');
    const staging = await branches.create('shop', 'staging', { from: 'main' }, NOBODY);
    for (const i of [7, 8]) await stack.run('shop~staging', { insert: 'd', documents: [{ _id: i }] });
    await stack.run('shop~staging', { delete: 'c', deletes: [{ q: { _id: 1 }, limit: 1 }] });
    const { lsn: to } = await store.head(staging.id);
    const { lsn: after } = await store.head(main.id);
    const commits = [branchReset(to, NOBODY, staging.id)];
    const change = { resetTo: to, resetBranch: staging.id };
    expect(await store.append({ branchId: main.id, after, commits, change })).toMatchObject({
      appended: true,
    });
    await branches.delete('shop', 'staging', NOBODY);
    await stack.run('shop', { insert: 'd', documents: [{ _id: 9 }] });
    expect(await importing(exported())).toMatchObject({ commits: 3 + 3 + 1 + 1, notes: 1 });
    for (const name of ['c', 'd']) {
      expect(await stack.documents('copy', name)).toEqual(await stack.documents('shop', name));
    }
    expect([...(await stack.documents('copy', 'd')).keys()]).toEqual(['7', '8', '9']);
    const first = (await store.branchById(main.id))!;
    expect(await chainStats(store, first)).toMatchObject({ commits: 3 + 3 + 1 + 1 });
    expect((await materializer.verify()).problems).toEqual([]);
    expect((await verifyStore(store)).problems).toEqual([]);
  });

  it('refuses a branch that took over what does not go on from it', async () => {
    const { store, branches } = stack;
    const main = await branches.get('shop', 'main');
    const other = await branches.create('shop', 'other', { from: 'main', at: { lsn: 4 } }, NOBODY);
    await stack.run('shop~other', { insert: 'd', documents: [{ _id: 7 }] });
    const { lsn: to } = await store.head(other.id);
    const { lsn: after } = await store.head(main.id);
    const commits = [branchReset(to, NOBODY, other.id)];
    await store.append({ branchId: main.id, after, commits, change: { resetTo: to, resetBranch: other.id } });
    await expect(importing(exported())).rejects.toMatchObject({ code: 'ARGON_BRANCH_TRANSFER_ADOPTION' });
    expect(await importing(exported({ to: { lsn: after } }))).toMatchObject({ commits: 3 });
  });

  it('refuses what history is compacted', async () => {
    await stack.run('shop', { delete: 'c', deletes: [{ q: { _id: 1 }, limit: 1 }] });
    const { id } = await stack.branches.get('shop', 'main');
    const { lsn } = await stack.store.head(id);
    await stack.materializer.compact({ branchId: id }, { keep: { sinceLsn: lsn } });
    await expect(importing(exported())).rejects.toMatchObject({ code: 'ARGON_WAL_LSN_BELOW_HORIZON' });
    expect(await importing(exported({ from: { lsn } }))).toMatchObject({ header: { from: lsn } });
    expect([...(await stack.documents('copy', 'c')).keys()]).toEqual(['0', '2']);
  });

  it.each([
    ['another kind of document', { a: 1 }, /argonLog/],
    ['a newer version', { argonLog: 2 }, /version 2/],
  ])('refuses %s', async (_, header, message) => {
    const given = (async function* () {
      yield [encodeDocument(header)];
    })();
    await expect(importing(given)).rejects.toThrow(message);
    await expect(stack.branches.project('copy')).rejects.toMatchObject({
      code: 'ARGON_WAL_PROJECT_NOT_FOUND',
    });
  });

  it.each([
    ['a commit that is missing', (all: Uint8Array[]) => all.splice(1, 1), /no collection 'c'/],
    ['commits in another order', (all: Uint8Array[]) => all.splice(4, 0, all[1]!), /does not follow/],
    [
      'an update that is missing',
      (all: Uint8Array[]) => all.splice(3, 1),
      /3 documents came before it, and it says 4/,
    ],
    ['an end that is missing', (all: Uint8Array[]) => all.pop(), /its end is missing/],
    ['an end in the middle of one', (all: Uint8Array[]) => (all[3] = cut(all[3]!)), /not whole|no entries/],
  ])('leaves nothing behind after %s', async (_, change, message) => {
    const all: Uint8Array[] = [];
    for await (const batch of exported()) all.push(...batch);
    change(all);
    const given = (async function* () {
      yield all;
    })();
    await expect(importing(given)).rejects.toThrow(message);
    expect((await stack.branches.projects()).map(({ name }) => name)).toEqual(['shop']);
  });
});

/** A commit without its entries. */
function cut(bytes: Uint8Array): Uint8Array {
  const lsn = Buffer.from(bytes).readBigInt64LE(9);
  return encodeDocument({ lsn, time: new Date(0), user: '', app: '', entries: [], more: true });
}

it('maps LSNs by runs', () => {
  const map = new LsnMap();
  for (const [was, is] of [
    [5, 3],
    [7, 5],
    [20, 6],
  ] as const) {
    map.add(was, is);
  }
  expect([4, 5, 6, 7, 19, 20, 99].map((lsn) => map.get(lsn))).toEqual([undefined, 3, 4, 5, 5, 6, 6]);
});

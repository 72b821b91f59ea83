import { fromDoc, type Doc } from '@argon/bson';
import { Command } from '@argon/engine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ANN, openAsker, type Asker } from '../testing/asker';

let asker: Asker;

beforeEach(async () => {
  asker = await openAsker();
});
afterEach(() => asker.close());

const ask: Asker['ask'] = (database, command) => asker.ask(database, command);
const all: Asker['all'] = (database, command) => asker.all(database, command);
const items = (database?: string) => asker.items(database);
const head = (branch?: string) => asker.stack.head('shop', branch);
describe('argonCreateBranch, argonListBranches, argonDeleteBranch', () => {
  it('fork the addressed branch or another, list, and delete', async () => {
    const lsn = await head();
    const { branch, ok } = await ask('shop', { argonCreateBranch: 'feature' });
    expect(Number(ok)).toBe(1);
    expect(branch).toMatchObject({
      ...{ name: 'feature', project: 'shop', parent: 'main', baseLsn: lsn, headLsn: lsn, expiresAt: null },
      ...{ createdBy: ANN, createdAt: expect.any(Date), protected: false, resets: [] },
    });
    await ask('shop~feature', { insert: 'items', documents: [{ _id: 3, n: 3 }] });
    const expiresAt = new Date('2099-01-01');
    expect(
      await ask('shop~feature', { argonCreateBranch: 'deeper', protected: true, expiresAt }),
    ).toMatchObject({ branch: { parent: 'feature', protected: true, expiresAt } });
    expect(await items('shop~deeper')).toHaveLength(3);
    await ask('shop', { argonCreateBranch: 'b', from: 'feature', at: await head('feature') });
    await ask(`shop@${lsn - 1}`, { argonCreateBranch: 'early' });
    expect(await items('shop~early')).toEqual([]);
    expect((await all('shop', { argonListBranches: 1 })).map(({ name }) => name)).toEqual([
      'main',
      ...['feature', 'deeper', 'b', 'early'],
    ]);
    expect(await ask('shop', { argonDeleteBranch: 'b' })).toMatchObject({ deleted: { name: 'b' } });
    expect(await ask('shop', { argonDeleteBranch: 'b' })).toMatchObject({
      ...{ code: 26, codeName: 'NamespaceNotFound', argonCode: 'ARGON_WAL_BRANCH_NOT_FOUND' },
    });
    expect(await ask('shop', { argonDeleteBranch: 'deeper' })).toMatchObject({
      ...{ code: 20, codeName: 'IllegalOperation', argonCode: 'ARGON_BRANCH_PROTECTED' },
      argonData: { branch: 'deeper', action: 'delete' },
    });
    expect(await ask('shop', { argonDropBranch: 'early' })).toMatchObject({ deleted: { name: 'early' } });
    expect(await ask('shop', { argonCreateBranch: 'feature' })).toMatchObject({ code: 48 });
    expect(await ask('shop', { argonCreateBranch: 'a b' })).toMatchObject({ code: 73 });
  });
});

describe('argonResetBranch', () => {
  it('takes a branch back to an LSN, a time or a tag, and leaves a restore point', async () => {
    const lsn = await head();
    await ask('shop', { argonTag: 'v1' });
    await ask('shop', { argonCreateBranch: 'feature', at: { lsn } });
    await ask('shop~feature', { insert: 'items', documents: [{ _id: 3, n: 3 }] });
    const then = await head('feature');
    await ask('shop~feature', { delete: 'items', deletes: [{ q: {}, limit: 0 }] });
    const now = await head('feature');
    const request = { argonResetBranch: 'feature', to: { lsn: then } };
    expect(await ask('shop', { ...request, dryRun: true })).toMatchObject({
      ...{ done: false, reset: { branch: 'feature', whole: true, from: now, to: then } },
    });
    expect(await items('shop~feature')).toEqual([]);
    expect(await ask('shop', { ...request, expectedHead: then })).toMatchObject({ code: 112 });
    const { reset, done } = await ask('shop', request);
    expect(done).toBe(true);
    expect(reset).toMatchObject({ branch: 'feature', whole: true, from: now, to: then });
    expect(await items('shop~feature')).toHaveLength(3);
    const back = await ask('shop~feature', { argonResetBranch: 1, to: reset.restorePoint.name });
    expect(back).toMatchObject({ done: true, reset: { branch: 'feature', to: now } });
    expect(await items('shop~feature')).toEqual([]);
    const time = new Date(Date.now() + 60_000);
    expect(await ask('shop~feature', { argonResetBranch: 1, to: { time } })).toHaveProperty(
      'reset.branch',
      'feature',
    );
    expect(await ask('shop', { argonResetBranch: 'nobody', to: 1 })).toMatchObject({ code: 26 });
    expect(await ask('shop', { argonResetBranch: 'feature', to: lsn - 2 })).toMatchObject({ code: 2 });
  });
});

describe('argonTag, argonListTags, argonDeleteTag', () => {
  it('name moments that can be addressed', async () => {
    const lsn = await head();
    const tag = { name: 'v1', lsn, branch: 'main' };
    expect(await ask('shop', { argonTag: 'v1' })).toMatchObject({ tag });
    await ask('shop', { insert: 'items', documents: [{ _id: 3, n: 3 }] });
    // Within a commit: the boundary before it.
    await ask('shop', { argonTag: 'v0', at: lsn - 1 });
    expect(await all('shop', { argonListTags: 1 })).toEqual([{ ...tag, name: 'v0', lsn: lsn - 3 }, tag]);
    expect(await all('shop', { argonDiff: 'v1' })).toMatchObject([{ op: 'insert', _id: 3 }]);
    expect(await ask('shop', { argonTag: 'v1' })).toMatchObject({
      ...{ code: 48, argonCode: 'ARGON_BRANCH_TAG_EXISTS' },
    });
    expect(await ask('shop', { argonTag: 'restore-7' })).toMatchObject({ code: 73 });
    expect(await ask('shop', { argonDeleteTag: 'v1' })).toMatchObject({ deleted: tag });
    expect(await ask('shop', { argonDeleteTag: 'v1' })).toMatchObject({
      ...{ code: 4, codeName: 'NoSuchKey', argonCode: 'ARGON_BRANCH_TAG_NOT_FOUND' },
    });
  });
});

describe('argonRestore and argonUndo', () => {
  it('show what they would do, do it, and take it back', async () => {
    const then = await head();
    await ask('shop', { update: 'items', updates: [{ q: { _id: 1 }, u: { $set: { n: 9 } } }] });
    await ask('shop', { delete: 'items', deletes: [{ q: { _id: 2 }, limit: 1 }] });
    await ask('shop', { insert: 'other', documents: [{ _id: 1 }] });
    const now = await head();
    const preview = await ask('shop', { argonRestore: 1, to: then, dryRun: true });
    expect(preview).toEqual({
      restore: {
        ...{ branch: 'main', whole: true, from: now, to: then, at: expect.any(Date) },
        counts: { inserted: 1, updated: 1, deleted: 1, catalog: 1 },
        collections: [
          {
            ...{ name: 'items', inserted: 1, updated: 1, deleted: 0 },
            samples: [
              { id: 1, before: { _id: 1, n: 9 }, after: { _id: 1, n: 1 } },
              { id: 2, before: null, after: { _id: 2, n: 2 } },
            ],
          },
          {
            ...{ name: 'other', inserted: 0, updated: 0, deleted: 1 },
            samples: [{ id: 1, before: { _id: 1 }, after: null }],
          },
        ],
        catalog: [{ name: 'other', before: 'other', after: null, optionsChanged: false, indexes: [] }],
      },
      done: false,
      ok: expect.anything(),
      // As a replica set says with every reply.
      $clusterTime: expect.anything(),
      operationTime: expect.anything(),
    });
    expect(await head()).toBe(now);
    expect(await ask('shop', { argonRestore: 1, to: then, expectedHead: now - 1 })).toMatchObject({
      ...{ code: 112, codeName: 'WriteConflict', argonCode: 'ARGON_BRANCH_PLAN_OUTDATED' },
      argonData: { branch: 'main', planned: now - 1, now },
    });
    const done = await ask('shop', { argonRestore: 1, to: then, expectedHead: now });
    const point = { name: `restore-${now}`, lsn: now };
    expect(done).toMatchObject({
      ...{ done: true, restore: { whole: true, from: now, to: then, head: await head(), counts: null } },
    });
    expect(done.restore.restorePoint).toEqual(point);
    expect(await items()).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(await all('shop', { argonListRestorePoints: 1 })).toEqual([
      { ...point, branch: 'main', at: expect.any(Date) },
    ]);
    expect(await ask('shop', { argonUndo: 1, lastRestore: true, dryRun: true })).toMatchObject({
      ...{ done: false, undo: { by: 'reset', restorePoint: point.name, head: null } },
    });
    expect(await ask('shop', { argonUndo: 1, lastRestore: true })).toMatchObject({ done: true });
    expect(await items()).toEqual([[1, 9]]);
    expect(await ask('shop', { argonUndo: 1, lastRestore: true })).toMatchObject({
      ...{ code: 4, argonCode: 'ARGON_BRANCH_NO_RESTORE' },
    });
  });

  it('restore parts, from times and tags', async () => {
    await ask('shop', { argonTag: 'v1' });
    await new Promise((resolve) => setTimeout(resolve, 3));
    const time = new Date();
    await new Promise((resolve) => setTimeout(resolve, 3));
    await ask('shop', { update: 'items', updates: [{ q: {}, u: { $set: { n: 9 } }, multi: true }] });
    const filter = { _id: 2 };
    expect(await ask('shop', { argonRestore: 1, to: 'v1', collections: ['items'], filter })).toMatchObject({
      done: true,
      restore: { whole: false, counts: { updated: 1 } },
    });
    expect(await items()).toEqual([
      [1, 9],
      [2, 2],
    ]);
    await ask('shop', { argonRestore: 1, to: time });
    expect(await items()).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(await ask('shop', { argonRestore: 1, to: 'v9' })).toMatchObject({ code: 4 });
    expect(await ask('shop', { argonRestore: 1, to: 'v1', collections: ['x'] })).toMatchObject({ code: 26 });
    expect(await ask('shop', { argonRestore: 1, to: 'v1', filter: { $x: 1 } })).toMatchObject({ code: 2 });
    expect(await ask('shop', { argonRestore: 1, to: 10 ** 9 })).toMatchObject({
      ...{ code: 2, argonCode: 'ARGON_MATERIALIZER_LSN_OUT_OF_RANGE' },
    });
    // What was there already is not written.
    expect(await ask('shop', { argonRestore: 1, to: 'v1', collections: ['items'] })).toMatchObject({
      ...{ done: false, restore: { head: null, restorePoint: null } },
    });
  });

  it('undo commits, ranges and what somebody wrote, and tell of conflicts', async () => {
    await ask('shop', { update: 'items', updates: [{ q: { _id: 1 }, u: { $set: { n: 10 } } }] });
    const commit = await head();
    await ask('shop', { update: 'items', updates: [{ q: { _id: 1 }, u: { $set: { n: 11 } } }] });
    const example = {
      ...{ collection: 'items', id: 1, fields: ['n'], base: { _id: 1, n: 10 } },
      ...{ ours: { _id: 1, n: 11 }, theirs: { _id: 1, n: 1 }, decision: null },
    };
    expect(await ask('shop', { argonUndo: 1, commit, dryRun: true })).toMatchObject({
      ...{ done: false, undo: { by: 'commit', conflicts: 1, open: 1, examples: [example], left: 0 } },
    });
    expect(await ask('shop', { argonUndo: 1, commit })).toMatchObject({
      ...{ code: 96, codeName: 'OperationFailed', argonCode: 'ARGON_BRANCH_UNDO_CONFLICT' },
      argonData: { branch: 'main', open: 1, conflicts: [{ collection: 'items', fields: ['n'] }] },
    });
    expect(await ask('shop', { argonUndo: 1, commit, strategy: 'ours' })).toMatchObject({ done: false });
    const theirs = { strategies: { items: 'theirs' } };
    expect(await ask('shop', { argonUndo: 1, commit, ...theirs })).toMatchObject({ done: true });
    expect(await items()).toEqual([
      [1, 1],
      [2, 2],
    ]);
    await ask('shop', { argonUndo: 1, from: commit, to: await head() });
    const since = commit;
    expect(await ask('shop', { argonUndo: 1, user: 'ann', since, dryRun: true })).toMatchObject({
      undo: { by: 'commit', conflicts: 0 },
    });
    expect(await ask('shop', { argonUndo: 1, app: 'nobody', since })).toMatchObject({ done: false });
  });
});

describe('argonMerge', () => {
  it('shows what it would do, does it, and tells of conflicts', async () => {
    await ask('shop', { argonCreateBranch: 'feature' });
    await ask('shop~feature', { update: 'items', updates: [{ q: { _id: 1 }, u: { $set: { n: 5 } } }] });
    await ask('shop~feature', { insert: 'items', documents: [{ _id: 3, n: 3 }] });
    await ask('shop', { update: 'items', updates: [{ q: { _id: 1 }, u: { $set: { n: 6 } } }] });
    const example = {
      ...{ collection: 'items', id: 1, decision: null },
      fields: [{ path: 'n', base: 1, ours: 6, theirs: 5 }],
    };
    const plan = await ask('shop', { argonMerge: 'feature', into: 'main', dryRun: true });
    expect(plan).toMatchObject({
      done: false,
      merge: {
        ...{ from: 'feature', into: 'main', conflicts: 1, open: 1, examples: [example], head: null },
        ...{ upToDate: false, ours: { lsn: await head() }, theirs: { lsn: await head('feature') } },
        counts: { inserted: 1, updated: 0, deleted: 0, catalog: 0 },
      },
    });
    const refused = await ask('shop', { argonMerge: 'feature' });
    expect(refused).toMatchObject({ code: 96, argonCode: 'ARGON_BRANCH_MERGE_CONFLICT' });
    expect(refused.argonData).toMatchObject({ into: 'main', open: 1 });
    const expectedHead = plan.merge.ours.lsn;
    expect(
      await ask('shop~feature', {
        ...{ argonMerge: 'feature', into: 'main', strategy: 'theirs', expectedHead },
      }),
    ).toMatchObject({ done: true, merge: { into: 'main', head: await head() } });
    expect(await items()).toEqual([
      [1, 5],
      [2, 2],
      [3, 3],
    ]);
    expect(await ask('shop', { argonMerge: 'feature' })).toMatchObject({
      ...{ done: false, merge: { upToDate: true } },
    });
    expect(await ask('shop', { argonMerge: 'feature', expectedHead })).toMatchObject({ code: 112 });
  });

  it("gives mongod's error where the branch's rules do not allow the result", async () => {
    const index = { key: { n: 1 }, name: 'n_1', unique: true };
    await ask('shop', { argonCreateBranch: 'feature' });
    await ask('shop', { createIndexes: 'items', indexes: [index] });
    await ask('shop~feature', { insert: 'items', documents: [{ _id: 3, n: 2 }] });
    expect(await ask('shop', { argonMerge: 'feature' })).toMatchObject({
      ...{ code: 11000, codeName: 'DuplicateKey', argonCode: 'ARGON_BRANCH_VIOLATION' },
      ...{ keyPattern: { n: 1 }, keyValue: { n: 2 }, argonData: { total: 1 } },
    });
    expect(await items()).toHaveLength(2);
  });
});

it('examples fit into a reply whatever the documents weigh', async () => {
  const text = 'x'.repeat(3 * 1024 * 1024);
  const then = await head();
  for (const _id of [1, 2, 3, 4]) {
    await ask('shop', { insert: `big${_id}`, documents: [{ _id, text }] });
  }
  const reply = await asker.handler.handle(
    Command.from({ argonRestore: 1, to: then, dryRun: true }, 'shop'),
    {
      connectionId: 1,
      actor: ANN,
    },
  );
  const { collections } = fromDoc(reply.get('restore') as Doc) as { collections: { samples: unknown[] }[] };
  expect(collections.map(({ samples }) => samples.length)).toEqual([1, 0, 0, 0]);
});

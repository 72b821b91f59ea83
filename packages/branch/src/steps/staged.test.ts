import { decodeDocument } from '@argon/bson';
import { Materializer } from '@argon/materializer';
import { NOBODY, verifyStore, type BranchRecord } from '@argon/wal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HistoryService } from '../history/history-service';
import type { LoggedChange } from '../history/logged-change';
import { MergeService } from '../merge/merge-service';
import { RestoreService } from '../restore/restore-service';
import { openStack, STAGED, type Stack } from '../testing/stack';
import { UndoService } from '../undo/undo-service';

let stack: Stack;
let merges: MergeService;
let main: BranchRecord;

const insert = (database: string, ...documents: Record<string, unknown>[]) =>
  stack.run(database, { insert: 'items', documents });
const items = async (database = 'shop') => [...(await stack.documents(database, 'items')).values()];
const merge = (from = 'feature', into = 'main') =>
  merges.merge({ project: 'shop', from: { name: from }, into }, NOBODY);
const many = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ _id: from + i, n: from + i }));
const names = async () => (await stack.branches.list('shop')).map(({ name }) => name);

beforeEach(async () => {
  stack = await openStack('memory:', STAGED);
  merges = new MergeService(stack.engine);
  await insert('shop', ...many(1, 3));
  main = (await stack.store.branchById((await stack.branches.get('shop', 'main')).id))!;
  await stack.branches.create('shop', 'feature', {}, NOBODY);
  await insert('shop~feature', ...many(10, 20));
});
afterEach(async () => {
  expect((await verifyStore(stack.store)).problems).toEqual([]);
  await stack.close();
});

describe('what is too large for one commit', () => {
  it('is adopted by one: nothing of it shows before, and no branch is left', async () => {
    const before = await stack.head('shop');
    const report = await merge();
    expect(report.counts).toMatchObject({ inserted: 20 });
    expect(await items()).toEqual([...many(1, 3), ...many(10, 20)]);
    expect(await items(`shop@${report.head! - 1}`)).toEqual(many(1, 3));
    const after = [];
    for await (const commits of stack.store.commits(main.id, { after: before })) after.push(...commits);
    expect(after.map(({ lsn, entries }) => [lsn, entries.map(({ operation }) => operation)])).toEqual([
      [report.head, ['reset_branch']],
    ]);
    expect(await names()).toEqual(['main', 'feature']);
  });

  it('is seen by others as soon as it is there, and then what comes after it', async () => {
    const other = new Materializer(stack.store);
    const count = async () => (await other.current(main.id)).collections.get('items')!.count;
    expect(await count()).toBe(3);
    await merge();
    expect(await count()).toBe(23);
    await insert('shop', { _id: 500 });
    expect(await count()).toBe(24);
    await other.close();
  });

  it('is seen by later merges, in both directions', async () => {
    await merge();
    expect(await merge()).toMatchObject({ upToDate: true });
    await stack.run('shop', { delete: 'items', deletes: [{ q: { _id: 10 }, limit: 1 }] });
    await insert('shop~feature', { _id: 100 });
    expect((await merge()).counts).toEqual({ inserted: 1, updated: 0, deleted: 0, catalog: 0 });
    expect((await merge('main', 'feature')).counts).toEqual({
      inserted: 0,
      updated: 0,
      deleted: 1,
      catalog: 0,
    });
    expect((await items()).length).toBe(23);
  });

  it('is undone as a whole, by its commit or by a change of it', async () => {
    const undo = new UndoService(stack.engine);
    const { head } = await merge();
    const history = new HistoryService(stack.engine);
    const [[newest]] = [
      (await history.versions({ project: 'shop', name: 'main', collection: 'items', id: 29 }).next()).value!,
    ];
    for (const lsn of [head!, newest!.lsn]) {
      const preview = await undo.preview({ project: 'shop', branch: 'main', what: { kind: 'commit', lsn } });
      expect(preview.counts).toMatchObject({ deleted: 20 });
    }
    await undo.undo({ project: 'shop', branch: 'main', what: { kind: 'commit', lsn: newest!.lsn } }, NOBODY);
    expect(await items()).toEqual(many(1, 3));
  });

  it('is undone by ranges of LSNs that begin before, in or after it', async () => {
    const { head } = await merge();
    await insert('shop', { _id: 200 });
    const undo = new UndoService(stack.engine);
    const to = await stack.head('shop');
    const deleted = async (from: number) => {
      const what = { kind: 'range', from, to } as const;
      return (await undo.preview({ project: 'shop', branch: 'main', what })).counts.deleted;
    };
    const [staged] = (await stack.store.branchById(main.id))!.resets;
    expect(await deleted(head! + 1)).toBe(1);
    expect(await deleted(staged!.to - 5)).toBeGreaterThan(1);
    expect(await deleted(staged!.to - 5)).toBeLessThan(21);
    expect(await deleted(staged!.branchId! + 1)).toBe(21);
  });

  it('tells its history: who made each document, and the merge', async () => {
    await merge();
    const history = new HistoryService(stack.engine);
    const changes = [];
    for await (const batch of history.changes({ project: 'shop', name: 'main' })) changes.push(...batch);
    expect(changes.map(({ operation }) => operation)).toEqual([
      'reset_branch',
      'merge_branch',
      ...many(1, 20).map(() => 'insert'),
      ...many(1, 3).map(() => 'insert'),
      'create_collection',
      'create_branch',
      'create_project',
    ]);
  });

  it('holds versions that later ones replace, on the branch and on its forks', async () => {
    const set = (database: string, n: number) =>
      stack.run(database, { update: 'items', updates: [{ q: { _id: 1 }, u: { $set: { n } } }] });
    await set('shop~feature', 2);
    await merge();
    await set('shop', 3);
    await stack.branches.create('shop', 'later', {}, NOBODY);
    await set('shop~later', 4);
    const history = new HistoryService(stack.engine);
    for (const [name, told] of Object.entries({ main: [3, 2, 1], later: [4, 3, 2, 1] })) {
      const request = { project: 'shop', name, collection: 'items', id: 1 };
      const versions: LoggedChange[] = [];
      for await (const batch of history.versions(request)) versions.push(...batch);
      const n = (document: Uint8Array | undefined) => document && decodeDocument(document).get('n');
      expect(versions.map(({ after }) => n(after))).toEqual(told);
      expect(versions.map(({ before }) => n(before))).toEqual([...told.slice(1), undefined]);
      const fields = await history.blame(request);
      expect(fields.map(({ change, isOlder }) => [change.lsn === versions[0]!.lsn, isOlder])).toEqual([
        [false, false],
        [true, false],
      ]);
    }
  });

  it('is refused as a whole where a unique index does not allow it', async () => {
    const index = { createIndexes: 'items', indexes: [{ key: { n: 1 }, name: 'n', unique: true }] };
    await stack.run('shop', index);
    await insert('shop', { _id: 300, n: 25 });
    const before = await stack.head('shop');
    await expect(merge()).rejects.toMatchObject({
      code: 'ARGON_BRANCH_VIOLATION',
      message: expect.stringContaining('dup key: { n: 25'),
    });
    expect(await stack.head('shop')).toBe(before);
    expect(await names()).toEqual(['main', 'feature']);
  });

  it('may swap values of a unique index', async () => {
    const index = { createIndexes: 'items', indexes: [{ key: { n: 1 }, name: 'n', unique: true }] };
    await stack.run('shop~feature', index);
    await merge();
    const set = (_id: number, n: number) =>
      stack.run('shop~feature', { update: 'items', updates: [{ q: { _id }, u: { $set: { n } } }] });
    for (const [_id, n] of [
      [10, -1],
      [11, 10],
      [12, 11],
      [13, 12],
      [10, 13],
    ] as const)
      await set(_id, n);
    await merge();
    const documents = await stack.documents('shop', 'items');
    expect([10, 11, 12, 13].map((id) => documents.get(String(id))!['n'])).toEqual([13, 10, 11, 12]);
  });

  it('restores a part, with a restore point, and takes that back', async () => {
    await merge();
    const restores = new RestoreService(stack.engine);
    const full = (await stack.store.head(main.id)).lsn;
    await stack.run('shop', { delete: 'items', deletes: [{ q: {}, limit: 0 }] });
    const report = await restores.restore(
      { project: 'shop', branch: 'main', to: { lsn: full }, collections: ['items'] },
      NOBODY,
    );
    expect(report).toMatchObject({ whole: false, counts: { inserted: 23 } });
    expect((await items()).length).toBe(23);
    expect(await restores.restorePoints('shop', 'main')).toHaveLength(1);
    const undo = new UndoService(stack.engine);
    await undo.undo({ project: 'shop', branch: 'main', what: { kind: 'last-restore' } }, NOBODY);
    expect(await items()).toEqual([]);
    expect(await restores.restorePoints('shop', 'main')).toEqual([]);
  });

  it('outlives compaction of the branch', async () => {
    const { head } = await merge();
    await stack.run('shop', { update: 'items', updates: [{ q: {}, u: { $inc: { n: 1000 } }, multi: true }] });
    await stack.run('shop', { update: 'items', updates: [{ q: {}, u: { $inc: { n: 1000 } }, multi: true }] });
    const now = await items();
    const compacted = await stack.materializer.compact(
      { branchId: main.id },
      { before: Date.now() + 1, grace: 0 },
    );
    expect(compacted.branches[0]!.horizon).toBeGreaterThan(head!);
    const reopened = new Materializer(stack.store);
    const state = await reopened.current(main.id);
    expect(state.collections.get('items')!.count).toBe(23);
    await reopened.close();
    expect(await items()).toEqual(now);
  });
});

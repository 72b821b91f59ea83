import { NOBODY, retentionOf, type Actor } from '@argon/wal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deciderOf } from '../merge/decide';
import { RestoreService } from '../restore/restore-service';
import { openStack, type Stack } from '../testing/stack';
import type { UndoRequest, UndoTarget } from './contract';
import type { UndoConflictError } from './errors';
import { UndoService } from './undo-service';

let stack: Stack;
let restores: RestoreService;
let undos: UndoService;

const ada: Actor = { user: 'ada', app: 'shell' };
const bob: Actor = { user: 'bob', app: 'shop' };
const insert = (documents: Record<string, unknown>[], actor = NOBODY, collection = 'items') =>
  stack.run('shop', { insert: collection, documents }, actor);
const set = (id: unknown, fields: Record<string, unknown>, actor = NOBODY) =>
  stack.run('shop', { update: 'items', updates: [{ q: { _id: id }, u: { $set: fields } }] }, actor);
const remove = (id: unknown, actor = NOBODY) =>
  stack.run('shop', { delete: 'items', deletes: [{ q: { _id: id }, limit: 1 }] }, actor);
const shown = async () => [...(await stack.documents('shop', 'items')).values()];
const head = () => stack.head('shop');
const main = { project: 'shop', branch: 'main' };
const undo = (what: UndoTarget, more: Partial<UndoRequest> = {}) =>
  undos.undo({ ...main, what, ...more }, NOBODY);
const preview = (what: UndoTarget) => undos.preview({ ...main, what });
const pins = async () => retentionOf(await stack.branches.get('shop', 'main')).pins;
const theirs = { decider: deciderOf({ all: 'theirs' }) };
const ours = { decider: deciderOf({ all: 'ours' }) };

beforeEach(async () => {
  stack = await openStack();
  restores = new RestoreService(stack.engine);
  undos = new UndoService(stack.engine);
  await insert([
    { _id: 1, a: 1, b: 1 },
    { _id: 2, a: 2, b: 2 },
  ]);
});
afterEach(() => stack.close());

describe('the last restore', () => {
  const last = { kind: 'last-restore' } as const;

  it('of a whole branch is undone by a reset, one after another', async () => {
    const first = await head();
    await set(1, { a: 10 });
    await set(1, { a: 11 });
    const before = await shown();
    await restores.restore({ ...main, to: { lsn: first + 1 } }, NOBODY);
    await restores.restore({ ...main, to: { lsn: first } }, NOBODY);
    expect(await shown()).toMatchObject([{ a: 1 }, { a: 2 }]);
    expect(await preview(last)).toMatchObject({ by: 'reset', counts: { updated: 1 }, head: undefined });
    const report = await undo(last);
    expect(report).toMatchObject({ by: 'reset', head: await head() });
    expect(await shown()).toMatchObject([{ a: 10 }, { a: 2 }]);
    expect(await pins()).toHaveLength(1);
    await undo(last);
    expect(await shown()).toEqual(before);
    expect(await pins()).toEqual([]);
    await expect(undo(last)).rejects.toThrow(/no restore/);
  });

  it('is undone by a commit when somebody has written since, whose work is kept', async () => {
    const first = await head();
    await set(1, { a: 10 });
    await restores.restore({ ...main, to: { lsn: first } }, NOBODY);
    await set(1, { b: 7 });
    await set(2, { b: 8 });
    expect(await undo(last)).toMatchObject({ by: 'commit', counts: { updated: 1 } });
    expect(await shown()).toEqual([
      { _id: 1, a: 10, b: 7 },
      { _id: 2, a: 2, b: 8 },
    ]);
    await expect(undo(last)).rejects.toThrow(/no restore/);
  });

  it('of a part is undone by a commit', async () => {
    const first = await head();
    await set(1, { a: 10 });
    await remove(2);
    const before = await shown();
    await restores.restore({ ...main, to: { lsn: first }, collections: ['items'] }, NOBODY);
    await insert([{ _id: 3 }]);
    expect(await undo(last)).toMatchObject({ by: 'commit', counts: { updated: 1, deleted: 1 } });
    expect(await shown()).toEqual([...before, { _id: 3 }]);
    expect(await pins()).toEqual([]);
  });

  it('of a protected branch is not reset', async () => {
    const first = await head();
    await set(1, { a: 10 });
    await restores.restore({ ...main, to: { lsn: first } }, NOBODY);
    await stack.branches.protect('shop', 'main', true, NOBODY);
    await expect(undo(last)).rejects.toThrow(/protected/);
    expect(await shown()).toMatchObject([{ a: 1 }, { a: 2 }]);
  });
});

describe('a commit', () => {
  it('is taken back, and what came later stays', async () => {
    await stack.run('shop', {
      update: 'items',
      updates: [{ q: {}, u: { $set: { a: 0 } }, multi: true }],
    });
    const lsn = await head();
    await set(1, { b: 7 });
    await insert([{ _id: 3, a: 3 }]);
    const what = { kind: 'commit', lsn } as const;
    const before = await head();
    expect(await preview(what)).toMatchObject({ by: 'commit', counts: { updated: 2 }, head: undefined });
    expect(await head()).toBe(before);
    // Any LSN of a commit names it.
    const report = await undo({ kind: 'commit', lsn: lsn - 1 });
    expect(report).toMatchObject({ from: before, head: before + 2, conflicts: 0 });
    expect(await shown()).toEqual([
      { _id: 1, a: 1, b: 7 },
      { _id: 2, a: 2, b: 2 },
      { _id: 3, a: 3 },
    ]);
    expect((await undo(what)).head).toBeUndefined();
  });

  it('that made or dropped a collection is taken back', async () => {
    await stack.run('shop', { drop: 'items' });
    await undo({ kind: 'commit', lsn: await head() });
    expect(await shown()).toHaveLength(2);
    await insert([{ _id: 1 }], NOBODY, 'logs');
    await undo({ kind: 'commit', lsn: await head() });
    const { id } = await stack.branches.get('shop', 'main');
    expect([...(await stack.materializer.current(id)).collections.keys()]).toEqual(['items']);
  });

  it('that was changed again is a conflict, which is told and decided', async () => {
    await set(1, { a: 10, b: 10 });
    const what = { kind: 'commit', lsn: await head() } as const;
    await set(1, { a: 11 });
    const before = await head();
    expect(await preview(what)).toMatchObject({
      conflicts: 1,
      open: 1,
      examples: [{ id: 1, conflict: { fields: [{ path: ['a'], base: 10, ours: 11, theirs: 1 }] } }],
    });
    const error = await undo(what).catch((thrown: unknown) => thrown as UndoConflictError);
    expect(error).toMatchObject({
      code: 'ARGON_BRANCH_UNDO_CONFLICT',
      data: { open: 1, conflicts: [{ collection: 'items', id: '1', fields: ['a'] }] },
    });
    expect(await head()).toBe(before);
    expect(await undo(what, ours)).toMatchObject({ conflicts: 1, open: 0 });
    expect(await shown()).toMatchObject([{ a: 11, b: 1 }, {}]);
    await undo(what, theirs);
    expect(await shown()).toMatchObject([{ a: 1, b: 1 }, {}]);
  });

  it('of the parent is taken back on the branch alone', async () => {
    await set(1, { a: 10 });
    const lsn = await head();
    await stack.branches.create('shop', 'feature', {}, NOBODY);
    await undos.undo({ project: 'shop', branch: 'feature', what: { kind: 'commit', lsn } }, NOBODY);
    expect((await stack.documents('shop~feature', 'items')).get('1')).toMatchObject({ a: 1 });
    expect(await shown()).toMatchObject([{ a: 10 }, {}]);
  });

  it('is refused where the branch does not show it', async () => {
    const first = await head();
    await set(1, { a: 10 });
    const hidden = await head();
    await stack.branches.reset('shop', 'main', { lsn: first }, NOBODY);
    for (const lsn of [hidden, 1, 1e6]) {
      await expect(undo({ kind: 'commit', lsn })).rejects.toThrow(/no commit that the branch shows/);
    }
    const reset = await head();
    await undo({ kind: 'commit', lsn: reset });
    expect(await shown(), 'a reset is one, too').toMatchObject([{ a: 10 }, {}]);
  });

  it('is not undone when somebody wrote since it was looked at', async () => {
    await set(1, { a: 10 });
    const lsn = await head();
    await set(2, { a: 10 });
    const request = { expectedHead: lsn };
    await expect(undo({ kind: 'commit', lsn }, request)).rejects.toThrow(/Nothing was written/);
  });
});

describe('a range', () => {
  it('is taken back as a whole', async () => {
    await set(1, { a: 10 });
    const from = await head();
    await set(1, { a: 11 });
    await remove(2);
    const to = await head();
    await set(1, { b: 7 });
    await undo({ kind: 'range', from, to });
    expect(await shown()).toEqual([
      { _id: 1, a: 1, b: 7 },
      { _id: 2, a: 2, b: 2 },
    ]);
  });

  it('takes back nothing that a reset hid', async () => {
    const first = await head();
    await set(1, { a: 10 });
    const hidden = await head();
    await stack.branches.reset('shop', 'main', { lsn: first }, NOBODY);
    await set(1, { b: 7 });
    expect((await preview({ kind: 'range', from: hidden, to: hidden })).counts.updated).toBe(0);
    await undo({ kind: 'range', from: hidden, to: await head() });
    expect(await shown()).toMatchObject([{ a: 1, b: 1 }, {}]);
    await undo({ kind: 'range', from: 1, to: first });
    expect(await shown()).toEqual([]);
  });

  it('must be one', async () => {
    await expect(undo({ kind: 'range', from: 5, to: 4 })).rejects.toThrow(/begins at LSN 5/);
    await expect(undo({ kind: 'range', from: 1, to: 1e6 })).rejects.toThrow(/1000000/);
  });
});

describe('several commits', () => {
  it('are taken back as one, each once, and the others stay', async () => {
    await set(1, { a: 10 });
    const one = await head();
    await set(2, { a: 20 });
    await set(1, { b: 11 });
    const three = await head();
    await remove(2);
    const four = await head();
    const before = await head();
    const commits = [{ lsn: four }, { lsn: one }, { from: three, to: four }, { lsn: one }];
    const report = await undo({ kind: 'commits', commits });
    expect(report).toMatchObject({ by: 'commit', from: before, conflicts: 0, counts: { inserted: 1 } });
    expect(await shown()).toEqual([
      { _id: 1, a: 1, b: 1 },
      { _id: 2, a: 20, b: 2 },
    ]);
  });

  it('must be some, and be there', async () => {
    await expect(undo({ kind: 'commits', commits: [] })).rejects.toMatchObject({
      code: 'ARGON_BRANCH_UNDO_REQUEST',
    });
    const commits = [{ lsn: await head() }, { lsn: 1e6 }];
    await expect(undo({ kind: 'commits', commits })).rejects.toMatchObject({
      code: 'ARGON_BRANCH_UNDO_COMMIT_NOT_FOUND',
    });
  });
});

describe('what somebody did', () => {
  const byAda = { kind: 'actor', by: { user: 'ada' }, since: { lsn: 1 } } as const;

  it('is taken back, and nothing else', async () => {
    await insert([{ _id: 3, a: 3 }], ada);
    await set(1, { a: 10 }, ada);
    await set(1, { b: 7 }, bob);
    await set(1, { c: 10 }, ada);
    await remove(2, ada);
    await insert([{ _id: 4 }], bob);
    const report = await undo(byAda);
    expect(report).toMatchObject({ counts: { inserted: 1, updated: 1, deleted: 1 }, conflicts: 0, left: 0 });
    expect(await shown()).toEqual([{ _id: 1, a: 1, b: 7 }, { _id: 4 }, { _id: 2, a: 2, b: 2 }]);
  });

  it('is told by user, application, or both, since a moment', async () => {
    await set(1, { a: 10 }, ada);
    const lsn = await head();
    await set(1, { b: 10 }, ada);
    const counts = async (by: object, since: object) =>
      (await preview({ kind: 'actor', by, since } as UndoTarget)).counts.updated;
    expect(await counts({ app: 'shell' }, { lsn: 1 })).toBe(1);
    expect(await counts({ user: 'ada', app: 'shop' }, { lsn: 1 })).toBe(0);
    expect(await counts({ user: 'ada' }, { timestamp: 0 })).toBe(1);
    expect(await counts({ user: 'ada' }, { timestamp: Date.now() + 1000 })).toBe(0);
    await undo({ ...byAda, since: { lsn: lsn + 1 } });
    expect(await shown()).toMatchObject([{ a: 10, b: 1 }, {}]);
    await expect(preview({ ...byAda, by: {} })).rejects.toThrow(/nobody is named/);
  });

  it('is a conflict where others changed the same since', async () => {
    await set(1, { a: 10, b: 10 }, ada);
    await set(1, { a: 11 }, bob);
    await insert([{ _id: 3, a: 3 }], ada);
    await set(3, { b: 3 }, bob);
    expect(await preview(byAda)).toMatchObject({
      open: 2,
      examples: [
        { id: 1, conflict: { fields: [{ path: ['a'] }] } },
        { id: 3, conflict: { fields: [] } },
      ],
    });
    await expect(undo(byAda)).rejects.toThrow(/2 things were changed again/);
    await undo(byAda, ours);
    expect(await shown()).toEqual([
      { _id: 1, a: 11, b: 1 },
      { _id: 2, a: 2, b: 2 },
      { _id: 3, a: 3, b: 3 },
    ]);
    await undo(byAda, theirs);
    expect(await shown()).toMatchObject([{ _id: 1, a: 1, b: 1 }, { _id: 2 }]);
  });

  it('is gone already where others deleted it', async () => {
    await set(1, { a: 10 }, ada);
    await remove(1, bob);
    await insert([{ _id: 1, a: 5 }], bob);
    await insert([{ _id: 5 }], ada);
    await remove(5, ada);
    expect(await undo(byAda)).toMatchObject({ head: undefined, conflicts: 0 });
  });

  it('is found in collections that were renamed, and told of what is left', async () => {
    await insert([{ _id: 1 }], ada, 'logs');
    await set(1, { a: 10 }, ada);
    await stack.engine.write(
      (await stack.branches.get('shop', 'main')).id,
      'shop',
      async (draft) => draft.catalog('rename_collection', 'items', { to: 'goods' }),
      bob,
    );
    const report = await undo(byAda);
    expect(report).toMatchObject({
      counts: { updated: 1, deleted: 1 },
      left: 1,
      leftExamples: [{ operation: 'create_collection', collection: 'logs' }],
    });
    expect((await stack.documents('shop', 'goods')).get('1')).toMatchObject({ a: 1 });
    await stack.run('shop', { drop: 'goods' });
    expect((await preview(byAda)).counts.updated).toBe(0);
  });

  it('of many documents comes in batches', async () => {
    await insert(
      Array.from({ length: 700 }, (_, i) => ({ _id: `d${i}`, n: i })),
      bob,
    );
    await stack.run(
      'shop',
      { update: 'items', updates: [{ q: {}, u: { $set: { n: -1 } }, multi: true }] },
      ada,
    );
    expect((await undo(byAda)).counts.updated).toBe(702);
    expect((await stack.documents('shop', 'items')).get('d699')).toEqual({ _id: 'd699', n: 699 });
  });
});

it('stops when it is told to, and has written nothing', async () => {
  const since = await head();
  await set(1, { a: 10 }, ada);
  const before = await head();
  const signal = AbortSignal.abort();
  const seen: number[] = [];
  const watch = { signal, progress: (documents: number) => void seen.push(documents) };
  const byAda = { kind: 'actor', by: { user: 'ada' }, since: { lsn: 1 } } as const;
  await expect(undo(byAda, { watch })).rejects.toThrow(/abort/);
  await expect(undo({ kind: 'commit', lsn: before }, { watch })).rejects.toThrow(/abort/);
  const restore = { ...main, to: { lsn: since }, watch };
  await expect(restores.preview(restore)).rejects.toThrow(/abort/);
  await expect(restores.restore({ ...restore, collections: ['items'] }, NOBODY)).rejects.toThrow(/abort/);
  expect(await head()).toBe(before);
  expect(seen).toEqual([]);
  await undo(byAda, { watch: { progress: watch.progress } });
  expect(seen).toEqual([1]);
});

import { NOBODY } from '@argon/wal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deciderOf } from '../merge/decide';
import { openStack, type Stack } from '../testing/stack';
import type { CherryPickRequest } from './contract';
import { PickService } from './pick-service';

let stack: Stack;
let picks: PickService;

const run = (database: string, command: Record<string, unknown>) => stack.run(database, command);
const insert = (database: string, collection: string, ...documents: Record<string, unknown>[]) =>
  run(database, { insert: collection, documents });
const pick = (commits: CherryPickRequest['commits'], more: Partial<CherryPickRequest> = {}) =>
  picks.cherryPick({ project: 'shop', from: 'feature', commits, into: 'main', ...more }, NOBODY);
const head = () => stack.head('shop', 'feature');

beforeEach(async () => {
  stack = await openStack();
  picks = new PickService(stack.engine);
  await insert('shop', 'items', { _id: 1, n: 1 });
  await stack.branches.create('shop', 'feature', {}, NOBODY);
});
afterEach(() => stack.close());

describe('a cherry-pick', () => {
  it('brings collections, indexes and what later commits put into them, as one commit', async () => {
    const start = await head();
    await run('shop~feature', { create: 'new' });
    const made = await head();
    await insert('shop~feature', 'items', { _id: 9 });
    await insert('shop~feature', 'new', { _id: 1, a: 1 }, { _id: 2, a: 1 });
    const filled = await head();
    await insert('shop~feature', 'items', { _id: 10 });
    await run('shop~feature', { delete: 'new', deletes: [{ q: { _id: 2 }, limit: 1 }] });
    const emptied = await head();
    await insert('shop~feature', 'items', { _id: 11 });
    await run('shop~feature', {
      createIndexes: 'new',
      indexes: [{ key: { a: 1 }, name: 'a', unique: true }],
    });
    const before = await stack.head('shop');
    const report = await pick([{ lsn: made }, { lsn: filled }, { lsn: emptied }, { lsn: await head() }]);
    expect(report).toMatchObject({
      onto: before,
      conflicts: 0,
      counts: { inserted: 2, deleted: 1, catalog: 2 },
    });
    expect([...(await stack.documents('shop', 'new')).values()]).toEqual([{ _id: 1, a: 1 }]);
    expect((await stack.documents('shop', 'items')).size).toBe(1);
    const commits: number[] = [];
    const { id } = await stack.branches.get('shop', 'main');
    for await (const batch of stack.store.commits(id, { after: before })) {
      commits.push(...batch.map(({ lsn }) => lsn));
    }
    expect(commits).toEqual([report.head]);
    await expect(insert('shop', 'new', { _id: 3, a: 1 })).rejects.toThrow(/duplicate key/);
    expect(start).toBeLessThan(made);
  });

  it('tells a drop of what the branch has changed', async () => {
    await run('shop~feature', { drop: 'items' });
    const lsn = await head();
    await insert('shop', 'items', { _id: 2 });
    const report = await picks.preview({
      project: 'shop',
      from: 'feature',
      commits: [{ lsn }],
      into: 'main',
    });
    expect(report).toMatchObject({ open: 1, examples: [{ conflict: { what: 'dropped' } }] });
    await expect(pick([{ lsn }])).rejects.toMatchObject({ code: 'ARGON_BRANCH_CHERRY_PICK_CONFLICT' });
    await pick([{ lsn }], { decider: deciderOf({ all: 'theirs' }) });
    expect((await stack.documents('shop', 'items')).size).toBe(0);
  });

  it('tells a clash with what an earlier one of the commits left', async () => {
    const set = (n: number) =>
      run('shop~feature', { update: 'items', updates: [{ q: { _id: 1 }, u: { $set: { n } } }] });
    await set(2);
    const two = await head();
    await set(3);
    await set(4);
    const four = await head();
    const report = await picks.preview({
      project: 'shop',
      from: 'feature',
      commits: [{ lsn: two }, { lsn: four }],
      into: 'main',
    });
    expect(report).toMatchObject({
      conflicts: 1,
      examples: [{ conflict: { fields: [{ base: 3, ours: 2, theirs: 4 }] } }],
    });
  });

  it('takes commits of what the branch was forked from, also into a branch that has none of it', async () => {
    await insert('shop', 'items', { _id: 2 });
    const lsn = await stack.head('shop');
    await stack.branches.create('shop', 'later', {}, NOBODY);
    await pick([{ lsn }], { from: 'later', into: 'feature' });
    expect((await stack.documents('shop~feature', 'items')).has('2')).toBe(true);
    await expect(pick([{ lsn }])).rejects.toMatchObject({
      code: 'ARGON_BRANCH_CHERRY_PICK_COMMIT_NOT_FOUND',
      data: { lsn },
    });
  });

  it('writes nothing when a unique index or a validator does not allow it', async () => {
    await insert('shop~feature', 'items', { _id: 2, n: 1 });
    const lsn = await head();
    await run('shop', { createIndexes: 'items', indexes: [{ key: { n: 1 }, name: 'n', unique: true }] });
    const before = await stack.head('shop');
    await expect(pick([{ lsn }])).rejects.toMatchObject({ code: 'ARGON_BRANCH_VIOLATION' });
    expect(await stack.head('shop')).toBe(before);
  });

  it('is refused for what names no commits, and for another head than was looked at', async () => {
    await insert('shop~feature', 'items', { _id: 2 });
    const lsn = await head();
    await expect(pick([])).rejects.toMatchObject({ code: 'ARGON_BRANCH_CHERRY_PICK_REQUEST' });
    await expect(pick([{ from: lsn, to: 1 }])).rejects.toThrow(/ends before that/);
    await expect(pick([{ from: lsn, to: lsn + 9 }])).rejects.toMatchObject({
      code: 'ARGON_MATERIALIZER_LSN_OUT_OF_RANGE',
    });
    await expect(pick([{ lsn }], { expectedHead: 1 })).rejects.toMatchObject({
      code: 'ARGON_BRANCH_PLAN_OUTDATED',
    });
    const stop = new AbortController();
    stop.abort(new Error('stopped'));
    const before = await stack.head('shop');
    await expect(pick([{ lsn }], { watch: { signal: stop.signal } })).rejects.toThrow('stopped');
    expect(await stack.head('shop')).toBe(before);
  });
});

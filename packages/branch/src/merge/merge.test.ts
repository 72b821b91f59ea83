import { NOBODY } from '@argon/wal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStack, type Stack } from '../testing/stack';
import { deciderOf } from './decide';
import { MergeService } from './merge-service';

let stack: Stack;
let merges: MergeService;

const insert = (database: string, ...documents: Record<string, unknown>[]) =>
  stack.run(database, { insert: 'items', documents });
const set = (database: string, id: unknown, fields: Record<string, unknown>) =>
  stack.run(database, { update: 'items', updates: [{ q: { _id: id }, u: { $set: fields } }] });
const merge = (from: string, into: string, more: Partial<Parameters<MergeService['merge']>[0]> = {}) =>
  merges.merge({ project: 'shop', from: { name: from }, into, ...more }, NOBODY);
const fork = (name: string, from = 'main') => stack.branches.create('shop', name, { from }, NOBODY);
const catalog = async (branch = 'main') => {
  const { id } = await stack.branches.get('shop', branch);
  const { collections } = await stack.materializer.current(id);
  return new Map([...collections].map(([name, state]) => [name, state.catalog]));
};

beforeEach(async () => {
  stack = await openStack();
  merges = new MergeService(stack.engine);
  await insert('shop', { _id: 1, n: 1 }, { _id: 2, n: 2 });
});
afterEach(() => stack.close());

describe('a merge', () => {
  it('keeps records where they are and puts new ones last', async () => {
    await fork('feature');
    await set('shop~feature', 1, { n: 10 });
    await insert('shop~feature', { _id: 3 });
    await insert('shop', { _id: 4 });
    const report = await merge('feature', 'main');
    expect(report.counts).toEqual({ inserted: 1, updated: 1, deleted: 0, catalog: 0 });
    expect([...(await stack.documents('shop', 'items')).keys()]).toEqual(['1', '2', '4', '3']);
  });

  it('does not take another order of fields for a change that a deletion would lose', async () => {
    await fork('feature');
    await stack.run('shop~feature', { update: 'items', updates: [{ q: { _id: 1 }, u: { m: 1, n: 1 } }] });
    await merge('feature', 'main');
    await stack.run('shop~feature', { update: 'items', updates: [{ q: { _id: 1 }, u: { n: 1, m: 1 } }] });
    await stack.run('shop', { delete: 'items', deletes: [{ q: { _id: 1 }, limit: 1 }] });
    expect(await merge('feature', 'main')).toMatchObject({
      conflicts: 0,
      counts: { inserted: 0, updated: 0 },
    });
    expect(await merge('main', 'feature')).toMatchObject({ conflicts: 0, counts: { deleted: 1 } });
  });

  it('lets documents swap values of a unique index', async () => {
    await stack.run('shop', {
      createIndexes: 'items',
      indexes: [{ key: { n: 1 }, name: 'n', unique: true }],
    });
    await fork('feature');
    await set('shop~feature', 1, { n: 0 });
    await set('shop~feature', 2, { n: 1 });
    await set('shop~feature', 1, { n: 2 });
    await insert('shop', { _id: 3, n: 3 });
    await merge('feature', 'main');
    expect(await stack.documents('shop', 'items')).toEqual(
      new Map([
        ['1', { _id: 1, n: 2 }],
        ['2', { _id: 2, n: 1 }],
        ['3', { _id: 3, n: 3 }],
      ]),
    );
  });

  it('writes nothing when the result breaks a unique index or a validator', async () => {
    await stack.run('shop', {
      createIndexes: 'items',
      indexes: [{ key: { n: 1 }, name: 'n', unique: true }],
    });
    await stack.run('shop', { collMod: 'items', validator: { n: { $lt: 100 } } });
    await fork('feature');
    await insert('shop~feature', { _id: 3, n: 3 });
    await insert('shop', { _id: 4, n: 3 });
    const head = await stack.head('shop');
    await expect(merge('feature', 'main')).rejects.toMatchObject({
      code: 'ARGON_BRANCH_VIOLATION',
      data: { collections: ['items'] },
    });
    await stack.run('shop', { delete: 'items', deletes: [{ q: { _id: 4 }, limit: 1 }] });
    await merge('feature', 'main');
    await stack.run('shop~feature', { collMod: 'items', validator: {} });
    await insert('shop~feature', { _id: 5, n: 500 });
    await stack.run('shop~feature', { collMod: 'items', validator: { n: { $lt: 100 } } });
    const failure = merge('feature', 'main');
    await expect(failure).rejects.toMatchObject({ code: 'ARGON_BRANCH_VIOLATION', data: { total: 1 } });
    expect(head).toBeLessThan(await stack.head('shop'));
    expect((await stack.documents('shop', 'items')).has('5')).toBe(false);
  });

  it('brings collections, options, indexes and names', async () => {
    await stack.run('shop', { create: 'old' });
    await stack.run('shop', { create: 'gone' });
    await fork('feature');
    await stack.run('shop~feature', { create: 'new', validator: { a: 1 } });
    await stack.run('shop~feature', { insert: 'new', documents: [{ _id: 1, a: 1 }] });
    await stack.run('shop~feature', { createIndexes: 'new', indexes: [{ key: { a: 1 }, name: 'a' }] });
    await stack.run('shop~feature', { createIndexes: 'items', indexes: [{ key: { n: 1 }, name: 'n' }] });
    await stack.run('admin', { renameCollection: 'shop~feature.old', to: 'shop~feature.better' });
    await stack.run('shop~feature', { drop: 'gone' });
    await stack.run('shop', { collMod: 'items', validator: { n: { $gt: 0 } } });
    const theirs = await catalog('feature');
    await merge('feature', 'main');
    const ours = await catalog();
    expect([...ours.keys()].sort()).toEqual(['better', 'items', 'new']);
    expect(ours.get('new')).toEqual(theirs.get('new'));
    expect(ours.get('better')!.uuid).toEqual(theirs.get('better')!.uuid);
    expect(ours.get('items')!.indexes.map(({ name }) => name)).toEqual(['n']);
    expect(ours.get('items')!.options.has('validator')).toBe(true);
    expect((await stack.documents('shop', 'new')).size).toBe(1);
    const explained = await stack.run('shop', { explain: { find: 'new', filter: { a: 1 } } });
    expect(JSON.stringify([...explained.keys()])).toContain('queryPlanner');
  });

  it('asks about collections that one side dropped and the other changed', async () => {
    await fork('feature');
    await stack.run('shop~feature', { drop: 'items' });
    await set('shop', 1, { n: 100 });
    await expect(merge('feature', 'main')).rejects.toMatchObject({ code: 'ARGON_BRANCH_MERGE_CONFLICT' });
    await fork('kept');
    await merge('feature', 'kept', { decider: deciderOf({ all: 'ours' }) });
    expect((await stack.documents('shop~kept', 'items')).size).toBe(2);
    await merge('feature', 'main', { decider: deciderOf({ collections: new Map([['items', 'theirs']]) }) });
    expect([...(await catalog()).keys()]).toEqual([]);
    await fork('back', 'feature');
    await merge('kept', 'back');
  });

  it('does not see what a reset hid', async () => {
    await fork('feature');
    const before = await stack.head('shop', 'feature');
    await set('shop~feature', 1, { n: 100 });
    await stack.branches.reset('shop', 'feature', { lsn: before }, NOBODY);
    await set('shop~feature', 2, { n: 200 });
    await merge('feature', 'main');
    expect(await stack.documents('shop', 'items')).toEqual(await stack.documents('shop~feature', 'items'));
  });

  it('of a branch at a moment, and of a tag, takes what was there', async () => {
    await fork('feature');
    await set('shop~feature', 1, { n: 10 });
    const then = await stack.head('shop', 'feature');
    await set('shop~feature', 1, { n: 11 });
    await stack.branches.pin('shop', 'feature', 'v1', { lsn: then }, NOBODY);
    await fork('other');
    await merges.merge(
      { project: 'shop', from: { name: 'feature', at: { lsn: then } }, into: 'main' },
      NOBODY,
    );
    await merge('v1', 'other');
    for (const database of ['shop', 'shop~other']) {
      expect((await stack.documents(database, 'items')).get('1')).toEqual({ _id: 1, n: 10 });
    }
    await merge('feature', 'main');
    expect((await stack.documents('shop', 'items')).get('1')).toEqual({ _id: 1, n: 11 });
  });

  it('is refused when the head is not the one that was looked at', async () => {
    await fork('feature');
    await set('shop~feature', 1, { n: 10 });
    const { ours } = await merges.preview({ project: 'shop', from: { name: 'feature' }, into: 'main' });
    await insert('shop', { _id: 9 });
    await expect(merge('feature', 'main', { expectedHead: ours.lsn })).rejects.toMatchObject({
      code: 'ARGON_BRANCH_PLAN_OUTDATED',
    });
  });

  it('can be watched, and stopped before anything is written', async () => {
    await fork('feature');
    await insert('shop~feature', ...Array.from({ length: 300 }, (_, i) => ({ _id: 100 + i })));
    const head = await stack.head('shop');
    const stop = new AbortController();
    let seen = 0;
    const progress = (documents: number) => {
      seen += documents;
      if (seen > 0) stop.abort(new Error('stopped'));
    };
    const watch = { signal: stop.signal, progress };
    await expect(merge('feature', 'main', { watch })).rejects.toThrow('stopped');
    expect(await stack.head('shop')).toBe(head);
    seen = 0;
    await merge('feature', 'main', { watch: { progress: (documents) => (seen += documents) } });
    expect(seen).toBe(300);
  });

  it('keeps to its order with writes that come meanwhile', async () => {
    await fork('feature');
    await insert('shop~feature', ...Array.from({ length: 300 }, (_, i) => ({ _id: 100 + i })));
    const writes = Array.from({ length: 50 }, (_, i) =>
      stack.run('shop', { update: 'items', updates: [{ q: { _id: 1 }, u: { $inc: { n: i } } }] }),
    );
    const merged = merge('feature', 'main');
    await Promise.all([...writes, merged]);
    const found = await stack.documents('shop', 'items');
    expect(found.get('1')).toEqual({ _id: 1, n: 1 + (49 * 50) / 2 });
    expect(found.size).toBe(302);
  });
});

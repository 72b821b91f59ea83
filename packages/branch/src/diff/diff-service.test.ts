import { Long } from '@argon/bson';
import { NOBODY } from '@argon/wal';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openStack, type Stack } from '../testing/stack';
import { DiffService, type DiffRequest } from './diff-service';

let stack: Stack;
let diffs: DiffService;

const insert = (database: string, ...documents: Record<string, unknown>[]) =>
  stack.run(database, { insert: 'items', documents });
const set = (database: string, id: unknown, u: Record<string, unknown>) =>
  stack.run(database, { update: 'items', updates: [{ q: { _id: id }, u }] });
const place = (name: string, lsn?: number) => ({
  project: 'shop',
  name,
  ...(lsn === undefined ? {} : { at: { lsn } }),
});
const statsOf = async (request: DiffRequest) => {
  const found = [];
  for await (const stat of diffs.stat(request)) found.push(stat);
  return found;
};

beforeEach(async () => {
  stack = await openStack();
  diffs = new DiffService(stack.engine);
  await insert('shop', { _id: 1, n: 1, lines: [{ price: 1 }, { price: 2 }] }, { _id: 2, n: 2 });
});
afterEach(() => stack.close());

describe('a difference', () => {
  it('is counted by collection, field and type', async () => {
    await stack.branches.create('shop', 'feature', {}, NOBODY);
    await set('shop~feature', 1, { $set: { 'lines.1.price': 'two', n: Long.fromNumber(1), added: true } });
    await set('shop~feature', 2, { $unset: { n: 1 } });
    await insert('shop~feature', { _id: 3, n: 3 });
    await stack.run('shop~feature', { insert: 'others', documents: [{ _id: 1 }] });
    const [items, others, ...more] = await statsOf({ from: place('main'), to: place('feature') });
    expect(more).toEqual([]);
    expect(items).toMatchObject({
      collection: 'items',
      inserted: 1,
      updated: 2,
      deleted: 0,
      fieldsChanged: 4,
    });
    expect(items!.counts).toEqual({ before: 2, after: 3 });
    expect(items!.fields).toEqual(
      new Map([
        ['n', 2],
        ['lines[].price', 1],
        ['added', 1],
      ]),
    );
    expect(items!.schema).toEqual([
      { field: 'added', type: 'bool', change: 'appeared', isKnownField: false, count: 1 },
      { field: 'lines[].price', type: 'string', change: 'appeared', isKnownField: true, count: 1 },
      { field: 'n', type: 'long', change: 'appeared', isKnownField: true, count: 1 },
    ]);
    expect(others).toMatchObject({ collection: 'others', inserted: 1, catalog: { before: undefined } });
  });

  it('is there between moments of a branch, also one that a reset hid, and a tag', async () => {
    const early = await stack.head('shop');
    await stack.branches.pin('shop', 'main', 'v1', undefined, NOBODY);
    await set('shop', 1, { $set: { n: 5 } });
    const late = await stack.head('shop');
    await stack.branches.reset('shop', 'main', { lsn: early }, NOBODY);
    for (const from of [place('main', early), place('main'), place('v1')]) {
      const [stat, ...more] = await statsOf({ from, to: place('main', late) });
      expect([stat!.updated, more.length]).toEqual([1, 0]);
    }
    expect(await statsOf({ from: place('v1'), to: place('main') })).toEqual([]);
  });

  it('tells of indexes, options and names', async () => {
    await stack.branches.create('shop', 'feature', {}, NOBODY);
    await stack.run('shop~feature', { createIndexes: 'items', indexes: [{ key: { n: 1 }, name: 'n' }] });
    await stack.run('shop~feature', { collMod: 'items', validator: { n: { $gt: 0 } } });
    await stack.run('admin', { renameCollection: 'shop~feature.items', to: 'shop~feature.things' });
    const { collections } = await diffs.diff({ from: place('main'), to: place('feature') });
    expect(collections.map(({ name }) => name)).toEqual(['things']);
    expect(collections[0]!.catalog).toMatchObject({
      renamed: true,
      optionsChanged: true,
      indexes: [{ name: 'n', before: undefined }],
    });
    expect((await collections[0]!.documents().next()).done).toBe(true);
  });

  it('reads what differs and nothing else', async () => {
    const many = Array.from({ length: 5000 }, (_, i) => ({ _id: 10 + i, text: 'x'.repeat(100) }));
    await insert('shop', ...many);
    await stack.branches.create('shop', 'feature', {}, NOBODY);
    for (const id of [20, 700, 4000]) await set('shop~feature', id, { $set: { n: 1 } });
    const read = vi.spyOn(stack.materializer, 'documents');
    const [stat] = await statsOf({ from: place('main'), to: place('feature') });
    expect(stat!.updated).toBe(3);
    expect(read.mock.calls.flatMap(([, lsns]) => lsns)).toHaveLength(6);
  });

  it('can be of some collections, by either name', async () => {
    await stack.run('shop', { insert: 'others', documents: [{ _id: 1 }] });
    await stack.branches.create('shop', 'feature', {}, NOBODY);
    await stack.run('admin', { renameCollection: 'shop~feature.others', to: 'shop~feature.rest' });
    const names = async (...collections: string[]) => {
      const diff = await diffs.diff({ from: place('main'), to: place('feature'), collections });
      return diff.collections.map(({ name }) => name);
    };
    expect(await names('others')).toEqual(['rest']);
    expect(await names('rest')).toEqual(['rest']);
    expect(await names('items', 'rest')).toEqual(['items', 'rest']);
    await expect(names('item')).rejects.toMatchObject({ code: 'ARGON_BRANCH_COLLECTIONS_MISSING' });
  });

  it('takes two places of one project', async () => {
    await stack.branches.createProject('other', NOBODY);
    const to = { project: 'other', name: 'main' };
    await expect(diffs.diff({ from: place('main'), to })).rejects.toMatchObject({
      code: 'ARGON_BRANCH_DIFF_PROJECTS',
    });
    await expect(diffs.diff({ from: place('main'), to: place('none') })).rejects.toMatchObject({
      code: 'ARGON_WAL_BRANCH_NOT_FOUND',
    });
  });
});

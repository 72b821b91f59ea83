import { toDoc } from '@argon/bson';
import { NOBODY, retentionOf } from '@argon/wal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStack, type Stack } from '../testing/stack';
import { RestoreService } from './restore-service';
import { TagService } from './tag-service';

let stack: Stack;
let restores: RestoreService;
let tags: TagService;
let early: number;

const insert = (collection: string, ...documents: Record<string, unknown>[]) =>
  stack.run('shop', { insert: collection, documents });
const set = (collection: string, id: unknown, fields: Record<string, unknown>) =>
  stack.run('shop', { update: collection, updates: [{ q: { _id: id }, u: { $set: fields } }] });
const remove = (collection: string, id: unknown) =>
  stack.run('shop', { delete: collection, deletes: [{ q: { _id: id }, limit: 1 }] });
const shown = async (collection: string, database = 'shop') => [
  ...(await stack.documents(database, collection)).values(),
];
const filter = (fields: Record<string, unknown>) => toDoc(fields);
const pins = async () => retentionOf(await stack.branches.get('shop', 'main')).pins;
const main = { project: 'shop', branch: 'main' };

beforeEach(async () => {
  stack = await openStack();
  restores = new RestoreService(stack.engine);
  tags = new TagService(stack.engine);
  await insert('items', { _id: 1, n: 1 }, { _id: 2, n: 2 }, { _id: 3, n: 3 });
  await insert('users', { _id: 'ada' });
  early = await stack.head('shop');
  await set('items', 1, { n: 10 });
  await remove('items', 2);
  await insert('items', { _id: 4, n: 4 });
  await insert('logs', { _id: 1 });
});
afterEach(() => stack.close());

describe('a restore of a whole branch', () => {
  it('says before what it would do, and moves the pointer', async () => {
    const head = await stack.head('shop');
    const preview = await restores.preview({ ...main, to: { lsn: early } });
    expect(preview).toMatchObject({
      ...{ branch: 'main', whole: true, from: head, to: early },
      counts: { inserted: 1, updated: 1, deleted: 2, catalog: 1 },
      collections: [
        { name: 'items', inserted: 1, updated: 1, deleted: 1 },
        { name: 'logs', inserted: 0, updated: 0, deleted: 1 },
      ],
      catalog: [{ name: 'logs', after: undefined }],
    });
    expect(preview.collections[0]!.samples.map(({ id }) => id)).toEqual([1, 2, 4]);
    expect(await stack.head('shop')).toBe(head);

    const report = await restores.restore({ ...main, to: { lsn: early } }, NOBODY);
    expect(report).toMatchObject({ whole: true, from: head, to: early, restorePoint: { lsn: head } });
    expect(report.head).toBe(await stack.head('shop'));
    expect(await shown('items')).toEqual([
      { _id: 1, n: 1 },
      { _id: 2, n: 2 },
      { _id: 3, n: 3 },
    ]);
    expect(await pins()).toEqual([{ name: `restore-${head}`, lsn: head }]);
    expect(await restores.restorePoints('shop', 'main')).toMatchObject([
      { name: `restore-${head}`, lsn: head, branch: 'main' },
    ]);
    expect((await stack.branches.get('shop', 'main')).resets).toEqual([{ lsn: report.head, to: early }]);
  });

  it('goes to times and tags', async () => {
    await tags.create('shop', 'main', 'v1', { lsn: early }, NOBODY);
    expect((await restores.preview({ ...main, to: { tag: 'v1' } })).to).toBe(early);
    const now = await restores.preview({ ...main, to: { timestamp: Date.now() + 1000 } });
    expect(now).toMatchObject({ to: await stack.head('shop'), collections: [], catalog: [] });
    await restores.restore({ ...main, to: { tag: 'v1' } }, NOBODY);
    expect(await shown('items')).toHaveLength(3);
    await expect(restores.preview({ ...main, to: { tag: 'v2' } })).rejects.toThrow(/no tag 'v2'/);
  });

  it('is refused below the base, of a protected branch, to a tag elsewhere, and when somebody wrote', async () => {
    await stack.branches.create('shop', 'feature', {}, NOBODY);
    const feature = { project: 'shop', branch: 'feature' };
    await tags.create('shop', 'main', 'v1', { lsn: early }, NOBODY);
    const head = await stack.head('shop');
    for (const [request, problem] of [
      [{ ...feature, to: { lsn: early } }, /was made at LSN/],
      [{ ...feature, to: { tag: 'v1' } }, /is on branch 'main'/],
      [{ ...main, to: { lsn: early }, expectedHead: early }, /Nothing was written/],
      [{ ...main, to: { lsn: 1e6 } }, /1000000/],
    ] as const) {
      await expect(restores.restore(request, NOBODY)).rejects.toThrow(problem);
    }
    await stack.branches.protect('shop', 'main', true, NOBODY);
    await expect(restores.restore({ ...main, to: { lsn: early } }, NOBODY)).rejects.toThrow(/protected/);
    expect((await pins()).map(({ name }) => name)).toEqual(['v1']);
    expect(await shown('items')).toHaveLength(3);
    expect(await stack.head('shop')).toBe(head + 1);
  });
});

describe('a restore of a part', () => {
  it('of collections writes what they were as one commit', async () => {
    await remove('users', 'ada');
    const head = await stack.head('shop');
    const request = { ...main, to: { lsn: early }, collections: ['items'] };
    const preview = await restores.preview(request);
    expect(preview).toMatchObject({
      whole: false,
      counts: { inserted: 1, updated: 1, deleted: 1, catalog: 0 },
    });
    const report = await restores.restore(request, NOBODY);
    expect(report).toMatchObject({ from: head, counts: preview.counts, restorePoint: { lsn: head } });
    // Three documents and the note of the restore point.
    expect(report.head).toBe(head + 4);
    expect(await shown('items')).toEqual([
      { _id: 1, n: 1 },
      { _id: 3, n: 3 },
      { _id: 2, n: 2 },
    ]);
    expect(await shown('users')).toEqual([]);
    expect(await pins()).toEqual([{ name: `restore-${head}`, lsn: head }]);
    const again = await restores.restore(request, NOBODY);
    expect(again).toMatchObject({ head: undefined, restorePoint: undefined });
    expect(await stack.head('shop')).toBe(head + 4);
  });

  it('of documents takes those that match then or now', async () => {
    const request = { ...main, to: { lsn: early }, filter: filter({ n: { $in: [10, 2] } }) };
    expect((await restores.preview(request)).counts).toEqual({
      inserted: 1,
      updated: 1,
      deleted: 0,
      catalog: 0,
    });
    await restores.restore(request, NOBODY);
    expect(await shown('items')).toEqual([
      { _id: 1, n: 1 },
      { _id: 3, n: 3 },
      { _id: 4, n: 4 },
      { _id: 2, n: 2 },
    ]);
    await expect(restores.preview({ ...request, filter: filter({ $nope: 1 }) })).rejects.toThrow(/nope/);
  });

  it('makes a dropped collection again, with what it had', async () => {
    await stack.run('shop', {
      createIndexes: 'items',
      indexes: [{ key: { n: 1 }, name: 'n', unique: true }],
    });
    await stack.run('shop', { collMod: 'items', validator: { n: { $lt: 100 } } });
    const then = await stack.head('shop');
    const before = await shown('items');
    await stack.run('shop', { drop: 'items' });
    const request = { ...main, to: { lsn: then }, collections: ['items'] };
    expect(await restores.preview(request)).toMatchObject({
      counts: { inserted: 3, updated: 0, deleted: 0, catalog: 1 },
      catalog: [{ name: 'items', before: undefined }],
    });
    await restores.restore(request, NOBODY);
    expect(await shown('items')).toEqual(before);
    await expect(insert('items', { _id: 9, n: 10 })).rejects.toThrow(/E11000/);
    await expect(insert('items', { _id: 9, n: 1000 })).rejects.toThrow(/validation/);
  });

  it('leaves collections of later alone unless they are named', async () => {
    await restores.restore({ ...main, to: { lsn: early }, filter: filter({}) }, NOBODY);
    expect(await shown('logs')).toEqual([{ _id: 1 }]);
    const request = { ...main, to: { lsn: early }, collections: ['logs'] };
    expect((await restores.preview(request)).counts).toMatchObject({ deleted: 1, catalog: 1 });
    await restores.restore(request, NOBODY);
    const { id } = await stack.branches.get('shop', 'main');
    expect([...(await stack.materializer.current(id)).collections.keys()].sort()).toEqual(['items', 'users']);
    await expect(restores.preview({ ...request, collections: ['log'] })).rejects.toThrow(/'log'/);
  });

  it('writes nothing that the rules of the branch do not allow', async () => {
    await stack.run('shop', { collMod: 'items', validator: { n: { $gt: 2 } } });
    const head = await stack.head('shop');
    const request = { ...main, to: { lsn: early }, collections: ['items'] };
    await expect(restores.restore(request, NOBODY)).rejects.toThrow(/own rules/);
    expect(await stack.head('shop')).toBe(head);
    expect(await pins()).toEqual([]);
  });

  it('comes from below the base, and from tags elsewhere', async () => {
    await stack.branches.create('shop', 'feature', {}, NOBODY);
    await tags.create('shop', 'main', 'v1', { lsn: early }, NOBODY);
    const part = { project: 'shop', branch: 'feature', collections: ['items'] };
    const preview = await restores.preview({ ...part, to: { lsn: early } });
    expect((await restores.preview({ ...part, to: { tag: 'v1' } })).counts).toEqual(preview.counts);
    await restores.restore({ ...part, to: { tag: 'v1' } }, NOBODY);
    expect(await shown('items', 'shop~feature')).toHaveLength(3);
  });
});

describe('tags', () => {
  it('are listed and deleted; restore points are not among them', async () => {
    await tags.create('shop', 'main', 'b', undefined, NOBODY);
    await tags.create('shop', 'main', 'a', { lsn: early }, NOBODY);
    await restores.restore({ ...main, to: { lsn: early } }, NOBODY);
    expect((await tags.list('shop')).map(({ name }) => name)).toEqual(['a', 'b']);
    expect(await tags.delete('shop', 'a', NOBODY)).toEqual({ name: 'a', lsn: early, branch: 'main' });
    expect((await tags.list('shop')).map(({ name }) => name)).toEqual(['b']);
    await expect(tags.delete('shop', 'a', NOBODY)).rejects.toThrow(/no tag 'a'/);
  });

  it('have names of their own in a project', async () => {
    await stack.branches.create('shop', 'feature', {}, NOBODY);
    await tags.create('shop', 'main', 'v1', undefined, NOBODY);
    for (const [name, problem] of [
      ['v1', /a tag of branch 'main' has this name/],
      ['feature', /a branch has this name/],
      ['restore-12', /restore points/],
      ['a b', /letters, digits/],
    ] as const) {
      await expect(tags.create('shop', 'feature', name, undefined, NOBODY)).rejects.toThrow(problem);
    }
    expect(await tags.list('shop')).toHaveLength(1);
  });
});

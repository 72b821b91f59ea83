import { decodeDocument, type Doc, type Value } from '@argon/bson';
import { NOBODY } from '@argon/wal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pathText } from '../document/changes';
import { openStack, type Stack } from '../testing/stack';
import type { RecoverRequest } from './contract';
import { HistoryService } from './history-service';

let stack: Stack;
let history: HistoryService;
const main = { project: 'shop', name: 'main' };

const insert = (...documents: Record<string, unknown>[]) =>
  stack.run('shop', { insert: 'items', documents }, { user: 'ann', app: 'till' });
const update = (id: unknown, change: Record<string, unknown>) =>
  stack.run('shop', { update: 'items', updates: [{ q: { _id: id }, u: change }] });
const remove = (...ids: unknown[]) =>
  stack.run('shop', { delete: 'items', deletes: [{ q: { _id: { $in: ids } }, limit: 0 }] });
const recover = (request: Partial<RecoverRequest>) =>
  history.recover({ project: 'shop', branch: 'main', ...request }, NOBODY);

async function all<T>(batches: AsyncIterable<readonly T[]>): Promise<T[]> {
  const items: T[] = [];
  for await (const batch of batches) items.push(...batch);
  return items;
}

beforeEach(async () => {
  stack = await openStack();
  history = new HistoryService(stack.engine);
  await insert({ _id: 1, n: 1 }, { _id: 2, n: 2 });
});
afterEach(() => stack.close());

describe('changes', () => {
  it('tell who changed what, and events beside', async () => {
    await update(1, { $set: { n: 10, 'a.b': 'x' } });
    const lsn = await stack.head('shop');
    await remove(1);
    await stack.branches.reset('shop', 'main', { lsn }, { user: 'bob', app: '' });
    const [reset, updated, , first] = await all(history.changes(main));
    expect(reset).toMatchObject({ operation: 'reset_branch', isDocument: false, id: undefined });
    expect(Number(reset!.argument!.get('to'))).toBe(lsn);
    expect(reset!.changes).toBeUndefined();
    expect(updated!.changes!.map(({ path }) => pathText(path))).toEqual(['n', 'a']);
    expect(first).toMatchObject({ operation: 'insert', id: 1, actor: { user: 'ann', app: 'till' } });
    const operations = (await all(history.changes({ ...main, actor: 'till' }))).map(
      ({ operation }) => operation,
    );
    expect(operations).toEqual(['insert', 'insert', 'create_collection', 'create_branch', 'create_project']);
    expect((await all(history.changes({ ...main, includeHidden: true })))[1]).toMatchObject({
      operation: 'delete',
      hidden: true,
      id: 1,
    });
  });

  it('follow a collection through its renames', async () => {
    await stack.run('admin', { renameCollection: 'shop.items', to: 'shop.things' });
    await stack.run('shop', { insert: 'items', documents: [{ _id: 3 }] });
    const operations = async (collection: string) =>
      (await all(history.changes({ ...main, collection }))).map(({ operation, id }) => id ?? operation);
    expect(await operations('things')).toEqual(['rename_collection', 2, 1, 'create_collection']);
    const versions = await all(history.versions({ ...main, collection: 'things', id: 1 }));
    expect(versions.map(({ collection }) => collection)).toEqual(['items']);
  });

  it('are bounded by times', async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    await update(1, { $inc: { n: 1 } });
    const [last] = await all(history.changes(main));
    const lengths = async (times: { since?: number; until?: number }) =>
      Promise.all([
        all(history.changes({ ...main, ...times })),
        all(history.changes({ ...main, ...times, collection: 'items', id: 1 })),
      ]).then((found) => found.map(({ length }) => length));
    expect(await lengths({ since: last!.timestamp })).toEqual([1, 1]);
    expect(await lengths({ until: last!.timestamp - 1 })).toEqual([5, 1]);
    expect(await lengths({ since: last!.timestamp + 1 })).toEqual([0, 0]);
  });

  it('are refused where there is nothing to read', async () => {
    const first = (request: Parameters<HistoryService['changes']>[0]) => history.changes(request).next();
    await expect(first({ ...main, at: { lsn: 1000 } })).rejects.toMatchObject({
      code: 'ARGON_MATERIALIZER_LSN_OUT_OF_RANGE',
    });
    await expect(first({ ...main, name: 'other' })).rejects.toMatchObject({
      code: 'ARGON_WAL_BRANCH_NOT_FOUND',
    });
  });

  it('come whole and in order from large documents and many small ones', async () => {
    const pad = 'x'.repeat(1 << 20);
    for (let i = 0; i < 12; i++) await update(1, { $set: { n: i, pad } });
    for (let i = 0; i < 300; i++) await update(2, { $set: { n: i } });
    const numbers = async (id: Value) =>
      (await all(history.changes({ ...main, id }))).map(({ after }) => decodeDocument(after!).get('n'));
    expect(await numbers(2)).toEqual([...Array.from({ length: 300 }, (_, i) => 299 - i), 2]);
    expect(await numbers(1)).toEqual([...Array.from({ length: 12 }, (_, i) => 11 - i), 1]);
    const lsns = (await all(history.changes(main))).map(({ lsn }) => lsn);
    expect(lsns).toEqual([...lsns].sort((a, b) => b - a));
    expect(new Set(lsns).size).toBe(2 + 1 + 2 + 12 + 300);
  });
});

describe('following', () => {
  it('tells of what comes, until it is stopped', async () => {
    const stop = new AbortController();
    const seen: unknown[] = [];
    const after = await stack.head('shop');
    const following = (async () => {
      for await (const batch of history.follow({ ...main, collection: 'items', after }, stop.signal)) {
        for (const { operation, collection, before, changes } of batch)
          seen.push([
            operation,
            collection,
            before !== undefined,
            changes?.map(({ path }) => pathText(path)),
          ]);
        if (seen.length === 3) stop.abort();
      }
    })();
    await update(1, { $set: { n: 5 } });
    await stack.run('shop', { insert: 'others', documents: [{ _id: 1 }] });
    await stack.run('admin', { renameCollection: 'shop.items', to: 'shop.things' });
    await stack.run('shop', { insert: 'things', documents: [{ _id: 3 }] });
    await following;
    expect(seen).toEqual([
      ['update', 'items', true, ['n']],
      ['rename_collection', 'items', false, undefined],
      ['insert', 'things', false, ['_id']],
    ]);
  });
});

describe('blame', () => {
  const blame = async () => {
    const fields = await history.blame({ ...main, collection: 'items', id: 9 });
    return Object.fromEntries(fields.map(({ path, change }) => [pathText(path), change.lsn]));
  };

  it('follows elements of arrays when others come and go', async () => {
    await insert({ _id: 9, tags: ['a', 'b'], rows: [{ n: 1, m: 1 }] });
    const born = await stack.head('shop');
    await update(9, { $push: { tags: { $each: ['first'], $position: 0 } } });
    const pushed = await stack.head('shop');
    await update(9, { $set: { 'rows.0.m': 2 } });
    const set = await stack.head('shop');
    expect(await blame()).toEqual({
      _id: born,
      'tags.0': pushed,
      'tags.1': born,
      'tags.2': born,
      'rows.0.n': born,
      'rows.0.m': set,
    });
  });

  it('says since when without a break: a value that came back is new', async () => {
    await insert({ _id: 9, n: 1, sub: {} });
    const born = await stack.head('shop');
    await update(9, { $set: { n: 2 } });
    await update(9, { $set: { n: 1 } });
    expect(await blame()).toEqual({ _id: born, n: await stack.head('shop'), sub: born });
  });

  it('says so when compaction left no older version', async () => {
    await update(1, { $set: { m: 1 } });
    await update(1, { $set: { k: 1 } });
    const lsn = await stack.head('shop');
    const { id } = await stack.branches.get('shop', 'main');
    await stack.materializer.compact({ branchId: id }, { keep: { sinceLsn: lsn } });
    const fields = await history.blame({ ...main, collection: 'items', id: 1 });
    expect(fields.map(({ path, change, isOlder }) => [pathText(path), change.lsn, isOlder])).toEqual([
      ['_id', lsn, true],
      ['n', lsn, true],
      ['m', lsn, true],
      ['k', lsn, true],
    ]);
    const [version] = await all(history.versions({ ...main, collection: 'items', id: 1 }));
    expect(version!.changes).toBeUndefined();
  });
});

describe('recovery', () => {
  it('brings back what was asked for, and says what became of the rest', async () => {
    await remove(1, 2);
    await insert({ _id: 2, n: 'new' }, { _id: 5 });
    await remove(5);
    const report = await recover({ collection: 'items', ids: [1, 2, 77] });
    expect(report).toMatchObject({
      recovered: 1,
      present: [2],
      unknown: [77],
      head: await stack.head('shop'),
    });
    expect(await stack.documents('shop', 'items')).toEqual(
      new Map<string, unknown>([
        ['2', { _id: 2, n: 'new' }],
        ['1', { _id: 1, n: 1 }],
      ]),
    );
  });

  it('takes a filter, and a collection that was dropped is made again', async () => {
    await stack.run('shop', { drop: 'items' });
    const filter: Doc = new Map([['n', 2]]);
    expect(await recover({ filter })).toMatchObject({
      recovered: 1,
      examples: [{ collection: 'items', id: 2, how: 'drop_collection' }],
    });
    expect([...(await stack.documents('shop', 'items')).keys()]).toEqual(['2']);
    expect(await recover({ filter })).toMatchObject({ recovered: 0, head: undefined });
  });

  it('knows a collection by the name that it has now', async () => {
    await remove(1);
    await stack.run('admin', { renameCollection: 'shop.items', to: 'shop.things' });
    expect(await all(history.deleted({ ...main, collection: 'things' }))).toMatchObject([{ id: 1 }]);
    expect(await all(history.deleted({ ...main, collection: 'items' }))).toEqual([]);
    await recover({ collection: 'things' });
    expect([...(await stack.documents('shop', 'things')).keys()]).toEqual(['2', '1']);
  });

  it('writes nothing that breaks the rules', async () => {
    await remove(1, 2);
    await stack.run('shop', { collMod: 'items', validator: { n: { $lt: 2 } } });
    const head = await stack.head('shop');
    await expect(recover({})).rejects.toMatchObject({ code: 'ARGON_BRANCH_VIOLATION' });
    expect(await stack.head('shop')).toBe(head);
    expect(await recover({ ids: [1], collection: 'items' })).toMatchObject({ recovered: 1 });
  });

  it('looks back as far as it is told', async () => {
    await remove(1);
    const [lost] = await all(history.deleted(main));
    expect(await all(history.deleted({ ...main, since: lost!.lostAt }))).toHaveLength(1);
    expect(await recover({ since: lost!.lostAt + 1 })).toMatchObject({ recovered: 0 });
  });
});

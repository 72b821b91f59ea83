import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ANN, openAsker, type Asker } from '../testing/asker';

let asker: Asker;

beforeEach(async () => {
  asker = await openAsker();
});
afterEach(() => asker.close());

const ask: Asker['ask'] = (database, command) => asker.ask(database, command);
const all: Asker['all'] = (database, command) => asker.all(database, command);
const head = (branch?: string) => asker.stack.head('shop', branch);
describe('argonDiff', () => {
  it('is a cursor over what differs, between any two places', async () => {
    const then = await head();
    await ask('shop', { argonCreateBranch: 'feature' });
    await ask('shop~feature', { update: 'items', updates: [{ q: { _id: 1 }, u: { $set: { n: 5 } } }] });
    await ask('shop~feature', { delete: 'items', deletes: [{ q: { _id: 2 }, limit: 1 }] });
    await ask('shop~feature', { create: 'logs', validator: { n: { $gt: 0 } } });
    await ask('shop~feature', {
      ...{ createIndexes: 'items', indexes: [{ key: { n: 1 }, name: 'n_1' }] },
    });
    const specification = { key: { n: 1 }, name: 'n_1', v: 2 };
    const found = await all('shop', { argonDiff: 'main', to: 'feature' });
    expect(found).toEqual([
      {
        ...{ op: 'collection', collection: 'items' },
        catalog: {
          before: { name: 'items', type: 'collection', options: {} },
          after: { name: 'items', type: 'collection', options: {} },
          ...{ renamed: false, optionsChanged: false },
          indexes: [{ name: 'n_1', before: null, after: specification }],
        },
      },
      {
        ...{ op: 'update', collection: 'items', _id: 1 },
        changes: [{ path: ['n'], before: 1, after: 5 }],
      },
      { op: 'delete', collection: 'items', _id: 2, document: { _id: 2, n: 2 } },
      {
        ...{ op: 'collection', collection: 'logs' },
        catalog: {
          before: null,
          after: { name: 'logs', type: 'collection', options: expect.anything() },
          ...{ renamed: false, optionsChanged: false, indexes: [] },
        },
      },
    ]);
    expect(await all('shop~feature', { argonDiff: `main@${then}` })).toEqual(found);
    expect(await all(`shop~feature@${then}`, { argonDiff: 'main' })).toEqual([]);
    const one = await ask('shop', { argonDiff: 'main', to: 'feature', collections: ['items'] });
    expect(one.diff).toEqual({
      from: { project: 'shop', branch: 'main', lsn: then, timestamp: expect.any(Date) },
      to: { project: 'shop', branch: 'feature', lsn: await head('feature'), timestamp: expect.any(Date) },
    });
    expect(one.cursor.firstBatch).toHaveLength(3);
    expect(await all('shop', { argonDiff: 'main', to: 'feature', documents: false })).toContainEqual({
      ...{ op: 'update', collection: 'items', _id: 1 },
    });
    expect(await all('shop', { argonDiff: 'main', to: 'feature', stat: true })).toMatchObject([
      {
        ...{ collection: 'items', counts: { before: 2, after: 1 }, inserted: 0, updated: 1, deleted: 1 },
        ...{ fields: { n: 1 }, fieldsChanged: 1, catalog: { indexes: [{ name: 'n_1' }] } },
      },
      { collection: 'logs', catalog: { before: null } },
    ]);
    expect(await ask('shop', { argonDiff: 'main', collections: ['x'] })).toMatchObject({
      ...{ code: 26, argonCode: 'ARGON_BRANCH_COLLECTIONS_MISSING' },
    });
    expect(await ask('shop', { argonDiff: 'nowhere' })).toMatchObject({ code: 26 });
  });

  it('says how to ask for documents that do not fit into a reply', async () => {
    const big = 'x'.repeat(9 * 1024 * 1024);
    await ask('shop', { insert: 'big', documents: [{ _id: 1, text: big }] });
    const then = await head();
    await ask('shop', { update: 'big', updates: [{ q: {}, u: { $set: { text: `${big}.` } } }] });
    expect(await ask('shop', { argonDiff: `main@${then}` })).toMatchObject({
      ...{ code: 10334, codeName: 'BSONObjectTooLarge' },
      errmsg: expect.stringContaining("'documents: false'"),
    });
    expect(await ask('shop', { argonDiff: `main@${then}`, documents: false })).toMatchObject({
      cursor: { firstBatch: [{ op: 'update', collection: 'big', _id: 1 }] },
    });
    expect(await ask('shop', { argonHistory: 'big' })).toMatchObject({ code: 10334 });
    expect(await all('shop', { argonHistory: 'big', changes: false })).toHaveLength(3);
  });
});

describe('argonHistory', () => {
  it('is a cursor over changes, newest first', async () => {
    const then = await head();
    await ask('shop', { update: 'items', updates: [{ q: { _id: 1 }, u: { $set: { n: 5, a: [1] } } }] });
    const lsn = await head();
    const [newest, ...rest] = await all('shop', { argonHistory: 1 });
    expect(newest).toEqual({
      ...{ lsn, commitLsn: lsn, time: expect.any(Date), actor: ANN, operation: 'update', hidden: false },
      ...{ collection: 'items', id: 1 },
      changes: [
        { path: ['n'], before: 1, after: 5 },
        { path: ['a'], after: [1] },
      ],
    });
    expect(rest.map(({ operation }) => operation)).toEqual([
      ...['insert', 'insert', 'create_collection', 'create_branch', 'create_project'],
    ]);
    expect(await all('shop', { argonHistory: 'items', id: 1 })).toHaveLength(2);
    expect(await all('shop', { argonHistory: 'items', limit: 2 })).toHaveLength(2);
    expect(await all('shop', { argonHistory: 1, actor: 'bob' })).toEqual([]);
    expect(await all(`shop@${then}`, { argonHistory: 'items', id: 1 })).toHaveLength(1);
    expect(await all('shop', { argonHistory: 1, since: new Date(Date.now() + 1000) })).toEqual([]);
    await ask('shop', { argonRestore: 1, to: then });
    expect(await all('shop', { argonHistory: 'items' })).toHaveLength(3);
    expect((await all('shop', { argonHistory: 'items', hidden: true }))[0]).toMatchObject({
      lsn,
      hidden: true,
    });
  });
});

describe('argonStatus', () => {
  it('says what a database is: its branch, and what it shows', async () => {
    const lsn = await head();
    const now = await ask('shop', { argonStatus: 1 });
    expect(now).toMatchObject({
      ...{ project: 'shop', past: false },
      branch: { type: 'wal', name: 'main', headLsn: lsn },
      shown: { lsn, time: expect.any(Date), collections: 1 },
    });
    await ask('shop', { argonCreateBranch: 'feature', at: { time: now.shown.time } });
    await ask('shop~feature', { insert: 'logs', documents: [{ _id: 1 }] });
    expect(await ask(`shop~feature@${lsn}`, { argonStatus: 1 })).toMatchObject({
      ...{ project: 'shop', past: true },
      branch: { name: 'feature', parent: 'main', baseLsn: lsn, headLsn: await head('feature') },
      shown: { lsn, collections: 1 },
    });
    await ask('shop~feature', { argonTag: 'v1' });
    expect(await ask('shop~v1@999999', { argonStatus: 1 })).toMatchObject({ code: 2 });
    expect(await ask('shop~nobody', { argonStatus: 1 })).toMatchObject({ code: 26 });
  });
});

describe('argonHistory with a filter', () => {
  it('tells of documents that matched before the change, or do after', async () => {
    await ask('shop', { update: 'items', updates: [{ q: { _id: 1 }, u: { $set: { n: 50 } } }] });
    await ask('shop', { update: 'items', updates: [{ q: { _id: 1 }, u: { $set: { n: 5 } } }] });
    await ask('shop', { delete: 'items', deletes: [{ q: { _id: 2 }, limit: 1 }] });
    const found = async (filter: object, more: object = {}) =>
      (await all('shop', { argonHistory: 'items', filter, ...more })).map(({ operation, id }) => [
        operation,
        id,
      ]);
    expect(await found({ n: { $gte: 50 } })).toEqual([
      ['update', 1],
      ['update', 1],
    ]);
    expect(await found({ n: { $gte: 50 } }, { limit: 1 })).toEqual([['update', 1]]);
    expect(await found({ _id: 2 })).toEqual([
      ['delete', 2],
      ['insert', 2],
    ]);
    expect(await found({ _id: { $in: [2] }, n: 2 }, { limit: 1 })).toEqual([['delete', 2]]);
    expect(await found({ _id: 2, n: 3 })).toEqual([]);
  });
});

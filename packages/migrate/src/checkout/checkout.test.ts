import { batches } from '@argon/branch/prefix';
import { decodeDocument, encodeDocument, stringifyEjson, Timestamp, type Value } from '@argon/bson';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { creation, doc, openStage, type Stage } from '../testing/checkout-stage';
import type { Site } from '../site/site';
import { indexesOf } from '../site/describe';
import { verify } from '../verify/verify';
import { Checkout } from './checkout';

let stage: Stage;
let site: Site;

beforeEach(async () => {
  stage = await openStage();
  site = stage.site;
});
afterEach(() => stage?.close());

const at = (branch = 'main', to: Site = site) =>
  new Checkout({ engine: stage.engine, project: 'shop', branch, site: to });
const check = (branch = 'main', to: Site = site) =>
  verify({ engine: stage.engine, project: 'shop', branch, site: to });
const insert = (collection: string, ...documents: Record<string, unknown>[]) =>
  stage.run({ insert: collection, documents });

async function texts(stored: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const batch of batches(site.database, { find: stored }, 1000)) {
    found.push(...batch.map((bytes) => stringifyEjson(decodeDocument(bytes))));
  }
  return found;
}

async function expectEqual(branch = 'main', to: Site = site): Promise<void> {
  const report = await check(branch, to);
  expect(report.collections.filter(({ equal }) => !equal)).toEqual([]);
  expect(report.equal).toBe(true);
}

describe('a new site', () => {
  it('gets collections, indexes and validators, and documents in natural order', async () => {
    await insert('users', { _id: 3, email: 'c' }, { _id: 1, email: 'a' }, { _id: 2, email: 'b' });
    const index = { key: { email: 1 }, name: 'email_1', unique: true };
    await stage.run({ createIndexes: 'users', indexes: [index] });
    await stage.run({ create: 'strict', validator: { n: { $gt: 1 } }, validationLevel: 'moderate' });
    const report = await at().run();
    expect(report).toMatchObject({ lsn: await stage.head(), from: undefined, inserted: 3, collections: 2 });
    expect(await texts('users')).toEqual([
      '{"_id":3,"email":"c"}',
      '{"_id":1,"email":"a"}',
      '{"_id":2,"email":"b"}',
    ]);
    expect((await indexesOf(site, 'users')).map((each) => each.get('unique'))).toEqual([true]);
    await expectEqual();
  });

  it('may be prefixed, and views then name the collections that are there', async () => {
    const to = await stage.prefixed();
    await insert('users', { _id: 1, n: 2 });
    const pipeline = [{ $match: { n: 2 } }, { $lookup: { from: 'users', as: 'all', pipeline: [] } }];
    await stage.append([creation('seen', { viewOn: 'users', pipeline }, 'view')]);
    await at('main', to).run();
    expect(await texts('copy_seen')).toEqual(['{"_id":1,"n":2,"all":[{"_id":1,"n":2}]}']);
    await expectEqual('main', to);
    // What is not of this prefix is not looked at.
    expect((await check('main', to)).collections.map(({ name }) => name)).toEqual(['seen', 'users']);
  });

  it('may be of a moment of the past, and is then brought to another one, back too', async () => {
    await insert('users', { _id: 1 });
    const lsn = await stage.head();
    await insert('users', { _id: 2 });
    await at().run({ at: { lsn } });
    expect(await texts('users')).toEqual(['{"_id":1}']);
    expect(await at().run()).toMatchObject({ from: lsn, inserted: 1, deleted: 0 });
    expect(await at().run({ at: { lsn } })).toMatchObject({ inserted: 0, deleted: 1 });
    expect(await texts('users')).toEqual(['{"_id":1}']);
  });

  it('keeps what mongod would change on the way: empty timestamps, fields with dollars', async () => {
    await insert('odd', { _id: 0 });
    const zero = new Timestamp({ t: 0, i: 0 });
    const documents = [1, 2].map((_id) => doc({ _id, at: zero, $set: 1, 'a.b': { $x: zero }, '': null }));
    await stage.append(
      documents.map((document) => ({
        operation: 'insert',
        collection: 'odd',
        documentId: document.get('_id') as Value,
        document: encodeDocument(document),
      })),
    );
    await insert('odd', { _id: 3 });
    await at().run();
    expect((await texts('odd')).map((text) => text.slice(0, 8))).toEqual(
      [0, 1, 2, 3].map((n) => `{"_id":${n}`),
    );
    await expectEqual();
    const { id } = await stage.branches.get('shop', 'main');
    const state = await stage.engine.materializer.current(id);
    const ref = await state.collections.get('odd')!.byRecord((await stage.head()) - 1);
    await stage.append([
      {
        operation: 'update',
        collection: 'odd',
        documentId: 2,
        document: encodeDocument(doc({ _id: 2, $inc: 1, at: zero })),
        prevLsn: ref!.lsn,
        recordLsn: ref!.record,
      },
    ]);
    await at().run();
    await expectEqual();
  });

  it('takes the largest and the deepest documents', async () => {
    const deep = Array.from({ length: 90 }).reduce<unknown>((inner) => ({ a: inner }), 1);
    await insert('deep', { _id: 1, deep });
    await insert('large', { _id: 1, text: 'x'.repeat(16 * 1024 * 1024 - 40) });
    await at().run();
    await stage.run({ update: 'deep', updates: [{ q: { _id: 1 }, u: { $set: { b: 1 } } }] });
    await stage.run({ update: 'large', updates: [{ q: { _id: 1 }, u: { $set: { b: 1 } } }] });
    await at().run();
    await expectEqual();
  });

  it('has collections with a collation, whose indexes follow it or not', async () => {
    const indexes = [
      { key: { a: 1 }, name: 'a_1' },
      { key: { b: 1 }, name: 'b_1', collation: { locale: 'en', strength: 2 } },
    ];
    await stage.append([
      creation('names', { collation: { locale: 'en', strength: 2 } }),
      ...indexes.map((specification) => ({
        operation: 'create_index' as const,
        collection: 'names',
        document: encodeDocument(doc({ specification })),
      })),
    ]);
    await insert('names', { _id: 'b' }, { _id: 'C' }, { _id: 'a' });
    await at().run();
    await expectEqual();
    await insert('names', { _id: 'D' });
    await stage.run({ delete: 'names', deletes: [{ q: { _id: 'b' }, limit: 1 }] });
    await at().run();
    await expectEqual();
  });
});

describe('a site that was written before', () => {
  it('gets what changed, and what was dropped, renamed and made otherwise', async () => {
    await insert('users', { _id: 1 }, { _id: 2 }, { _id: 3 });
    await insert('gone', { _id: 1 });
    await insert('anew', { _id: 1 }, { _id: 2 });
    await stage.run({ createIndexes: 'users', indexes: [{ key: { a: 1 }, name: 'a_1' }] });
    await at().run();
    await stage.run({ drop: 'gone' });
    await stage.run({ drop: 'anew' });
    await insert('anew', { _id: 2 }, { _id: 1 });
    await stage.run({ renameCollection: 'shop.users', to: 'shop.people' }, 'admin');
    await stage.run({ dropIndexes: 'people', index: 'a_1' });
    await stage.run({ createIndexes: 'people', indexes: [{ key: { b: -1 }, name: 'b', sparse: true }] });
    await stage.run({ collMod: 'people', validator: { _id: { $gt: 0 } } });
    await stage.run({ update: 'people', updates: [{ q: { _id: 2 }, u: { $set: { n: 2 } } }] });
    expect(await at().run()).toMatchObject({ inserted: 2, updated: 1, deleted: 0 });
    await expectEqual();
    expect(await texts('anew')).toEqual(['{"_id":2}', '{"_id":1}']);
    await stage.run({ collMod: 'people', validator: {} });
    await at().run();
    await expectEqual();
  });

  it('follows collections that swap their names', async () => {
    for (const name of ['a', 'b', 'c']) await insert(name, { _id: name });
    await at().run();
    for (const [from, to] of ['a-x', 'b-a', 'c-b', 'x-c'].map((each) => each.split('-'))) {
      await stage.run({ renameCollection: `shop.${from}`, to: `shop.${to}` }, 'admin');
    }
    expect(await at().run()).toMatchObject({ inserted: 0, updated: 0, deleted: 0 });
    await expectEqual();
    expect(await texts('a')).toEqual(['{"_id":"b"}']);
  });

  it.each([20, 3000])('lets %i documents swap the values of a unique index', async (count) => {
    await stage.run({ createIndexes: 'users', indexes: [{ key: { n: 1 }, name: 'n', unique: true }] });
    const ids = Array.from({ length: count }, (_, i) => i);
    await stage.run({ insert: 'users', documents: ids.map((_id) => ({ _id, n: _id })) });
    await at().run();
    const swaps = ids.map((_id) => ({ q: { _id }, u: { $set: { n: -1 - _id } } }));
    const back = ids.map((_id) => ({ q: { _id }, u: { $set: { n: count - 1 - _id } } }));
    await stage.run({ update: 'users', updates: swaps });
    await stage.run({ update: 'users', updates: back });
    await stage.run({ delete: 'users', deletes: [{ q: { _id: 0 }, limit: 1 }] });
    await insert('users', { _id: 'new', n: count - 1 });
    await at().run();
    await expectEqual();
  });

  it('goes along with a reset of the branch, over a drop too', async () => {
    await insert('users', { _id: 1, n: 1 }, { _id: 2 });
    const lsn = await stage.head();
    await at().run();
    await stage.run({ update: 'users', updates: [{ q: { _id: 1 }, u: { $set: { n: 2 } } }] });
    await insert('users', { _id: 3 });
    await at().run();
    await stage.run({ drop: 'users' });
    await insert('users', { _id: 9 });
    await at().run();
    await stage.branches.reset('shop', 'main', { lsn }, { user: '', app: '' });
    await at().run();
    await expectEqual();
    expect((await texts('users')).length).toBe(2);
  });

  it('gets documents that were deleted and inserted again where the branch has them', async () => {
    await insert('users', { _id: 1 }, { _id: 2 }, { _id: 3 });
    await at().run();
    await stage.run({ delete: 'users', deletes: [{ q: { _id: 1 }, limit: 1 }] });
    await insert('users', { _id: 1 });
    await at().run();
    expect(await texts('users')).toEqual(['{"_id":2}', '{"_id":3}', '{"_id":1}']);
    await expectEqual();
  });

  it('is told by its branch, whatever that is called now', async () => {
    await insert('users', { _id: 1 });
    await stage.branches.create('shop', 'feature', { from: 'main' }, { user: '', app: '' });
    await at('feature').run();
    await stage.branches.rename('shop', 'feature', 'other', { user: '', app: '' });
    await stage.run({ insert: 'users', documents: [{ _id: 2 }] }, 'shop~other');
    expect(await at('other').run()).toMatchObject({ inserted: 1 });
    await expect(at('main').run()).rejects.toThrow('not from a checkout of it (users)');
  });
});

describe('a site where something else lies', () => {
  beforeEach(async () => {
    await stage.ask({ insert: 'theirs' }, [encodeDocument(doc({ _id: 1 }))]);
    const same = [1, 2, 3, 5].map((_id) => encodeDocument(doc({ _id, n: _id === 3 ? 'other' : _id })));
    await stage.ask({ insert: 'users' }, same);
    await insert('users', { _id: 1, n: 1 }, { _id: 2, n: 2 }, { _id: 3, n: 3 }, { _id: 4, n: 4 });
  });

  it('is refused, and nothing is written there', async () => {
    await expect(at().run()).rejects.toThrow('(theirs, users)');
    const names = await site.database.db.listCollections().toArray();
    expect(names.map(({ name }) => name).sort()).toEqual(['theirs', 'users']);
  });

  it('is overwritten if that is asked for: what is equal stays', async () => {
    expect(await at().run({ overwrite: true })).toMatchObject({ inserted: 1, updated: 1, deleted: 1 });
    await expectEqual();
    await insert('users', { _id: 6 });
    expect(await at().run()).toMatchObject({ inserted: 1, updated: 0, deleted: 0 });
    expect(await at().run({ overwrite: true })).toMatchObject({ inserted: 0, updated: 0, deleted: 0 });
  });
});

describe('what mongod does not take', () => {
  it('is told of with its collection and document, and the position stays', async () => {
    await stage.append([creation('names', { collation: { locale: 'en', strength: 2 } })]);
    await insert('names', { _id: 'a' });
    await at().run();
    const lsn = await stage.head();
    await insert('names', { _id: 'A' });
    const failing = at().run();
    await expect(failing).rejects.toMatchObject({
      code: 'ARGON_MIGRATE_SITE_REFUSED',
      data: { collection: 'names', id: '"A"', mongoCode: 11000 },
    });
    await stage.run({ delete: 'names', deletes: [{ q: { _id: 'a' }, limit: 1 }] });
    expect(await at().run()).toMatchObject({ from: lsn });
    await expectEqual();
  });

  it('may be an index, an option or a name', async () => {
    await insert('users', { _id: 1, n: 1 }, { _id: 2, n: 1 });
    const specification = { key: { n: 1 }, name: 'n', unique: true };
    await stage.append([
      { operation: 'create_index', collection: 'users', document: encodeDocument(doc({ specification })) },
    ]);
    await expect(at().run()).rejects.toMatchObject({ data: { collection: 'users', index: 'n' } });
    await stage.run({ drop: 'users' });
    await stage.append([creation('small', { capped: true })]);
    await expect(at().run()).rejects.toMatchObject({ data: { collection: 'small' } });
    await stage.run({ drop: 'small' });
    await insert('argon_positions', { _id: 1 });
    await expect(at().run()).rejects.toThrow("'argon_positions'");
    await stage.run({ drop: 'argon_positions' });
    await at().run();
    await expectEqual();
  });

  it('a capped collection is written as one, and holds what fits', async () => {
    await stage.append([creation('log', { capped: true, size: 1 << 20 })]);
    await insert('log', { _id: 1 }, { _id: 2 });
    await at().run();
    await insert('log', { _id: 3 });
    await at().run();
    await expectEqual();
  });
});

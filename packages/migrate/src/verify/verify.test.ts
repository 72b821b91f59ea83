import { Double, encodeDocument, type Doc } from '@argon/bson';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Checkout } from '../checkout/checkout';
import { creation, doc, openStage, type Stage } from '../testing/checkout-stage';
import type { CollectionVerification, VerifyReport } from './contract';
import { verify } from './verify';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
  const documents = Array.from({ length: 300 }, (_, i) => ({
    _id: i,
    n: i,
    text: `t${i}`,
    sub: { a: 1, b: 2 },
  }));
  await stage.run({ insert: 'users', documents });
  await stage.run({ createIndexes: 'users', indexes: [{ key: { n: 1 }, name: 'n_1', unique: true }] });
  await stage.run({ create: 'empty', validator: { n: 1 } });
  await stage.append([creation('seen', { viewOn: 'users', pipeline: [{ $match: { n: 2 } }] }, 'view')]);
});
beforeEach(async () => {
  const target = { engine: stage.engine, project: 'shop', branch: 'main', site: stage.site };
  await new Checkout(target).run({ overwrite: true });
});
afterAll(() => stage?.close());

const check = (): Promise<VerifyReport> =>
  verify({ engine: stage.engine, project: 'shop', branch: 'main', site: stage.site });

/** What is wrong, and that nothing else is. */
async function wrong(collection = 'users'): Promise<CollectionVerification> {
  const report = await check();
  expect(report.equal).toBe(false);
  const found = report.collections.filter(({ equal }) => !equal);
  expect(found.map(({ name }) => name)).toEqual([collection]);
  return found[0]!;
}

const set = (id: number, update: Doc | Doc[]) =>
  stage.ask({
    update: 'users',
    updates: [
      new Map<string, never>([
        ['q', doc({ _id: id })],
        ['u', update],
      ] as never),
    ],
  });

it('finds a copy equal, read at one moment', async () => {
  expect(await check()).toMatchObject({
    equal: true,
    atOneMoment: true,
    documents: 300,
    lsn: await stage.head(),
    collections: [
      { name: 'empty', equal: true },
      { name: 'seen', equal: true },
      { name: 'users', equal: true, documents: { branch: 300, site: 300 } },
    ],
  });
});

it('finds one field that is another', async () => {
  await set(7, doc({ $set: { 'sub.b': 3 } }));
  expect(await wrong()).toMatchObject({
    ...{ missing: 0, extra: 0, different: 1, definitions: [] },
    mismatches: [{ id: 7, kind: 'different', changes: [{ path: ['sub', 'b'], before: 2, after: 3 }] }],
  });
});

it('finds a number of another type', async () => {
  await set(8, doc({ $set: { n: new Double(8) } }));
  const { different, mismatches } = await wrong();
  expect({ different, mismatches }).toEqual({
    different: 1,
    mismatches: [{ id: 8, kind: 'different', changes: [{ path: ['n'], before: 8, after: new Double(8) }] }],
  });
});

it('finds fields in another order', async () => {
  await set(9, [doc({ $replaceWith: { _id: 9, text: '$text', n: '$n', sub: '$sub' } })]);
  expect(await wrong()).toMatchObject({
    different: 1,
    mismatches: [{ id: 9, kind: 'different', changes: [{ path: [] }] }],
  });
});

it('finds a document that is missing', async () => {
  await stage.ask({ delete: 'users', deletes: [{ q: { _id: 10 }, limit: 1 }] });
  expect(await wrong()).toMatchObject({
    ...{ documents: { branch: 300, site: 299 }, missing: 1, extra: 0, different: 0 },
    mismatches: [{ id: 10, kind: 'missing' }],
  });
});

it('finds a document too many, one of each at once too', async () => {
  await stage.ask({ insert: 'users' }, [encodeDocument(doc({ _id: 'x', n: -1 }))]);
  expect(await wrong()).toMatchObject({ extra: 1, missing: 0, mismatches: [{ id: 'x', kind: 'extra' }] });
  await stage.ask({ delete: 'users', deletes: [{ q: { _id: 11 }, limit: 1 }] });
  expect(await wrong()).toMatchObject({ extra: 1, missing: 1, documents: { branch: 300, site: 300 } });
});

it('finds an _id of another type', async () => {
  await stage.ask({ delete: 'users', deletes: [{ q: { _id: 12 }, limit: 1 }] });
  const document = doc({ _id: new Double(12), n: 12, text: 't12', sub: { a: 1, b: 2 } });
  await stage.ask({ insert: 'users' }, [encodeDocument(document)]);
  expect(await wrong()).toMatchObject({
    different: 1,
    mismatches: [{ changes: [{ path: ['_id'], before: 12, after: new Double(12) }] }],
  });
});

it('finds an index that is missing, too many, or another', async () => {
  await stage.ask({ dropIndexes: 'users', index: 'n_1' });
  expect(await wrong()).toMatchObject({
    definitions: [{ kind: 'index', names: ['n_1'], site: undefined }],
    mismatches: [],
  });
  const indexes = [
    { key: { n: 1 }, name: 'n_1' },
    { key: { text: 1 }, name: 'own' },
  ];
  await stage.ask({ createIndexes: 'users', indexes });
  expect(
    (await wrong()).definitions.map(({ kind, names, branch }) => [kind, names, branch?.get('unique')]),
  ).toEqual([
    ['index', ['n_1'], true],
    ['index', ['own'], undefined],
  ]);
});

it('finds a validator, a view or a whole collection that is another', async () => {
  await stage.ask({ collMod: 'empty', validator: { n: new Double(1) } });
  expect((await wrong('empty')).definitions).toMatchObject([{ kind: 'options', names: ['validator'] }]);
  await stage.ask({ collMod: 'empty', validator: { n: 1 } });
  await stage.ask({ collMod: 'seen', viewOn: 'users', pipeline: [] });
  expect((await wrong('seen')).definitions).toMatchObject([{ kind: 'options', names: ['pipeline'] }]);
  await stage.ask({ collMod: 'seen', viewOn: 'users', pipeline: [{ $match: { n: 2 } }] });
  await stage.ask({ drop: 'empty' });
  expect((await wrong('empty')).definitions).toMatchObject([{ kind: 'collection', site: undefined }]);
  await stage.ask({ create: 'empty', validator: { n: 1 } });
  await stage.ask({ insert: 'more' }, [encodeDocument(doc({ _id: 1 }))]);
  expect(await wrong('more')).toMatchObject({ extra: 1, definitions: [{ kind: 'collection' }] });
});

it('counts all differences, and lists as many as it is asked to', async () => {
  await stage.ask({ delete: 'users', deletes: [{ q: { n: { $lt: 100 } }, limit: 0 }] });
  await stage.ask({
    update: 'users',
    updates: [{ q: { n: { $gte: 200 } }, u: { $set: { more: 1 } }, multi: true }],
  });
  const target = { engine: stage.engine, project: 'shop', branch: 'main', site: stage.site };
  const report = await verify({ ...target, samples: 3 });
  const users = report.collections.find(({ name }) => name === 'users')!;
  expect(users).toMatchObject({ missing: 100, different: 100, extra: 0 });
  expect(users.mismatches.length).toBe(3);
});

it('compares with a moment of the past, and with what the site says that it holds', async () => {
  const target = { engine: stage.engine, project: 'shop', branch: 'main', site: stage.site };
  const lsn = await stage.head();
  await stage.run({ insert: 'users', documents: [{ _id: 'new', n: 1000 }] });
  expect((await check()).equal).toBe(false);
  expect(await verify({ ...target, at: { lsn } })).toMatchObject({ equal: true, lsn });
  expect(await verify({ ...target, at: 'position' })).toMatchObject({ equal: true, lsn });
  await stage.branches.create('shop', 'feature', { from: 'main' }, { user: '', app: '' });
  await expect(verify({ ...target, branch: 'feature', at: 'position' })).rejects.toThrow(
    'not from a checkout',
  );
});

import { stringifyEjson, toDoc, type Doc } from '@argon/bson';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { inProcess, type InProcess } from '../../plan/testing/in-process';

let argon: InProcess;

beforeEach(async () => {
  argon = await inProcess('shop');
});
afterEach(() => argon.close());

const NAMESPACES = [{ ns: 'shop.users' }, { ns: 'shop.orders' }];

async function bulkWrite(ops: object[], more: object = {}): Promise<Record<string, unknown>> {
  const command = toDoc({ bulkWrite: 1, ops, nsInfo: NAMESPACES, ...more });
  return plain(await argon.askIn('admin')(command));
}

function plain(document: Doc): Record<string, unknown> {
  return JSON.parse(stringifyEjson(document)) as Record<string, unknown>;
}

async function found(collection: string): Promise<unknown> {
  const reply = plain(await argon.ask(toDoc({ find: collection, sort: { _id: 1 } })));
  return (reply['cursor'] as { firstBatch: unknown }).firstBatch;
}

const TOTALS = { nErrors: 0, nInserted: 0, nMatched: 0, nModified: 0, nUpserted: 0, nDeleted: 0, ok: 1 };
const CLOSED = 0;
const results = (firstBatch: unknown[]) => ({
  cursor: { firstBatch, id: CLOSED, ns: 'admin.$cmd.bulkWrite' },
});

it('writes of all kinds go to several collections, with a result for each', async () => {
  const reply = await bulkWrite([
    { insert: 0, document: { _id: 1, name: 'Ada' } },
    { insert: 1, document: { _id: 7, user: 1, total: 3 } },
    { update: 0, filter: { _id: 1 }, updateMods: { $set: { age: 36 } } },
    { update: 1, filter: { _id: 8 }, updateMods: { $set: { total: 1 } }, upsert: true },
    { update: 1, filter: {}, updateMods: [{ $set: { seen: true } }], multi: true },
    { delete: 1, filter: { _id: 7 } },
    { delete: 0, filter: { nope: 1 }, multi: true },
  ]);
  expect(reply).toMatchObject({
    ...results([
      { ok: 1, idx: 0, n: 1 },
      { ok: 1, idx: 1, n: 1 },
      { ok: 1, idx: 2, n: 1, nModified: 1 },
      { ok: 1, idx: 3, n: 1, nModified: 0, upserted: { _id: 8 } },
      { ok: 1, idx: 4, n: 2, nModified: 2 },
      { ok: 1, idx: 5, n: 1 },
      { ok: 1, idx: 6, n: 0 },
    ]),
    ...TOTALS,
    nInserted: 2,
    nMatched: 3,
    nModified: 3,
    nUpserted: 1,
    nDeleted: 1,
  });
  expect(await found('users')).toEqual([{ _id: 1, name: 'Ada', age: 36 }]);
  expect(await found('orders')).toEqual([{ _id: 8, total: 1, seen: true }]);
});

it('stops at the first error when ordered, and goes on when not', async () => {
  const ops = [
    { insert: 0, document: { _id: 1 } },
    { insert: 0, document: { _id: 1 } },
    { update: 0, filter: { _id: 1 }, updateMods: { $inc: { n: 'x' } } },
    { insert: 1, document: { _id: 2 } },
  ];
  const ordered = await bulkWrite(ops);
  expect(ordered).toMatchObject({ nErrors: 1, nInserted: 1, ok: 1 });
  expect((ordered['cursor'] as { firstBatch: unknown[] }).firstBatch).toMatchObject([
    { ok: 1, idx: 0, n: 1 },
    { ok: 0, idx: 1, code: 11000, keyPattern: { _id: 1 }, keyValue: { _id: 1 }, n: 0 },
  ]);
  const rest = await bulkWrite(ops.slice(1), { ordered: false, errorsOnly: true });
  expect(rest).toMatchObject({ nErrors: 2, nInserted: 1 });
  expect((rest['cursor'] as { firstBatch: unknown[] }).firstBatch).toMatchObject([
    { ok: 0, idx: 0, code: 11000 },
    { ok: 0, idx: 1, code: 14, nModified: 0 },
  ]);
  expect(await found('orders')).toEqual([{ _id: 2 }]);
});

it('takes let, validators and the way around them, and batches of results', async () => {
  await argon.ask(toDoc({ create: 'users', validator: { a: { $type: 'int' } } }));
  const ops = [{ insert: 0, document: { _id: 1, a: 'x' } }];
  expect(await bulkWrite(ops)).toMatchObject({ nErrors: 1, cursor: { firstBatch: [{ code: 121 }] } });
  expect(await bulkWrite(ops, { bypassDocumentValidation: true })).toMatchObject({
    nErrors: 0,
    nInserted: 1,
  });
  const remove = { delete: 0, filter: { $expr: { $eq: ['$_id', '$$id'] } } };
  expect(await bulkWrite([remove], { let: { id: 1 } })).toMatchObject({ nDeleted: 1 });
  const many = Array.from({ length: 5 }, (_, i) => ({ insert: 1, document: { _id: i } }));
  const reply = await bulkWrite(many, { cursor: { batchSize: 2 } });
  const { cursor } = reply as { cursor: { firstBatch: unknown[]; id: unknown } };
  expect(cursor.firstBatch).toHaveLength(2);
  expect(cursor.id).not.toBe(CLOSED);
});

it('refuses what cannot be read, and what is not of one branch', async () => {
  const insert = { insert: 0, document: {} };
  expect(await bulkWrite([])).toMatchObject({ ok: 0, code: 16 });
  expect(await bulkWrite([{ ...insert, insert: 2 }])).toMatchObject({ ok: 0, code: 2 });
  expect(await bulkWrite([{ nope: 0 }])).toMatchObject({ ok: 0, code: 2 });
  expect(await bulkWrite([{ insert: 0 }])).toMatchObject({ ok: 0, code: 40414 });
  expect(await bulkWrite([{ ...insert, x: 1 }])).toMatchObject({ ok: 0, code: 40415 });
  expect(await bulkWrite([insert], { nope: 1 })).toMatchObject({ ok: 0, code: 40415 });
  const nsInfo = [{ ns: 'shop.a' }, { ns: 'shop~feature.a' }];
  expect(await bulkWrite([insert], { nsInfo })).toMatchObject({ ok: 0, code: 115 });
  const elsewhere = toDoc({ bulkWrite: 1, ops: [insert], nsInfo: NAMESPACES });
  expect(plain(await argon.ask(elsewhere))).toMatchObject({ ok: 0, code: 13 });
});

import { decodeDocument, encodeDocument, Long, type Doc } from '@argon/bson';
import { Materializer } from '@argon/materializer';
import { findBranch, NOBODY, openStore, type LiveBranch, type Store } from '@argon/wal';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Command } from '../handler/command';
import { WalEngine } from '../handler/engine';
import { newSession } from './testing/two-servers';

let store: Store;
let engines: WalEngine[];
/** As another process would: with nothing in memory. */
const another = (): WalEngine => {
  const engine = new WalEngine(store, new Materializer(store));
  engines.push(engine);
  return engine;
};
const ask = async (engine: WalEngine, command: object, more: object = {}, isLocal = false): Promise<Doc> => {
  const named = Command.from({ ...command, $db: 'shop', ...more });
  const reply = await engine.handle(named, { connectionId: 1, actor: NOBODY, isLocal });
  const doc = decodeDocument(encodeDocument(reply as Doc));
  doc.delete('$clusterTime');
  doc.delete('operationTime');
  return doc;
};

beforeEach(async () => {
  store = await openStore('memory:');
  engines = [];
});
afterEach(async () => {
  for (const engine of engines) await engine.close();
  await store.close();
});

it('a write that another process has done is answered from the log', async () => {
  const [one, other] = [another(), another()];
  const lsid = newSession();
  const numbered = (n: number) => ({ lsid, txnNumber: Long.fromNumber(n) });
  await ask(one, { insert: 'c', documents: [{ _id: 1, n: 0 }] });
  await ask(other, { find: 'c' });
  const inc = { update: 'c', updates: [{ q: { _id: 1 }, u: { $inc: { n: 1 } } }] };
  const first = await ask(one, inc, numbered(1));
  const retried = await ask(other, inc, numbered(1));
  expect(retried.get('retriedStmtIds')).toEqual([0]);
  retried.delete('retriedStmtIds');
  expect(retried).toEqual(first);

  const modify = { findAndModify: 'c', query: { _id: 1 }, update: { $inc: { n: 1 } }, new: true };
  const modified = await ask(other, modify, numbered(2));
  for (const engine of [one, another()]) {
    expect((await ask(engine, modify, numbered(2))).get('value')).toEqual(modified.get('value'));
  }
  expect((await ask(one, inc, numbered(1))).get('codeName')).toBe('TransactionTooOld');
  expect((await ask(another(), inc, numbered(1))).get('codeName')).toBe('TransactionTooOld');

  const many = { insert: 'c', documents: Array.from({ length: 5 }, (_, i) => ({ _id: 10 + i })) };
  await ask(one, many, numbered(3));
  const again = await ask(
    another(),
    { insert: 'c', documents: [...many.documents, { _id: 99 }] },
    numbered(3),
  );
  expect([again.get('n'), again.get('retriedStmtIds')]).toEqual([6, [0, 1, 2, 3, 4]]);
  const all = (await ask(one, { find: 'c' })).get('cursor') as Doc;
  expect((all.get('firstBatch') as Doc[]).map((each) => each.get('_id'))).toEqual([
    1, 10, 11, 12, 13, 14, 99,
  ]);
  expect((all.get('firstBatch') as Doc[])[0]!.get('n')).toBe(2);
});

it('is answered after compaction as well', async () => {
  const lsid = newSession();
  const numbered = { lsid, txnNumber: Long.fromNumber(1) };
  const engine = another();
  await ask(engine, { insert: 'c', documents: [{ _id: 1, n: 0 }] });
  const modify = { findAndModify: 'c', query: { _id: 1 }, update: { $inc: { n: 1 } } };
  await ask(engine, modify, numbered);
  await ask(engine, { update: 'c', updates: [{ q: { _id: 1 }, u: { $inc: { n: 5 } } }] });
  const { branch } = (await findBranch(store, 'shop', 'main')) as LiveBranch;
  await engine.materializer.compact({ branchId: branch.id }, { before: Date.now() + 1 });
  const retried = await ask(another(), modify, numbered);
  expect(retried.get('value')).toEqual(
    new Map([
      ['_id', 1],
      ['n', 0],
    ]),
  );
});

it('what a client of this process does leaves no note in the log, and is done once all the same', async () => {
  const lsid = newSession();
  const engine = another();
  const inc = { update: 'c', updates: [{ q: { _id: 1 }, u: { $inc: { n: 1 } }, upsert: true }] };
  const numbered = { lsid, txnNumber: Long.fromNumber(1) };
  const first = await ask(engine, inc, numbered, true);
  const retried = await ask(engine, inc, numbered, true);
  expect(retried.get('upserted')).toEqual(first.get('upserted'));
  const { branch } = (await findBranch(store, 'shop', 'main')) as LiveBranch;
  for await (const batch of store.commits(branch.id, { after: 0 })) {
    expect(batch.every(({ entries }) => entries.every(({ note }) => note === undefined))).toBe(true);
  }
});

it('a transaction is committed once, whoever is asked again', async () => {
  const lsid = newSession();
  const on = { lsid, txnNumber: Long.fromNumber(4), autocommit: false };
  const engine = another();
  await ask(engine, { insert: 'c', documents: [{ _id: 1 }] });
  await ask(engine, { insert: 'c', documents: [{ _id: 2 }] }, { ...on, startTransaction: true });
  const commit = { commitTransaction: 1 };
  const admin = { ...on, $db: 'admin' };
  const elsewhere = another();
  expect((await ask(elsewhere, commit, admin)).get('codeName')).toBe('NoSuchTransaction');
  expect((await ask(engine, commit, admin)).has('errmsg')).toBe(false);
  for (const each of [engine, elsewhere, another()]) {
    expect((await ask(each, commit, admin)).has('errmsg')).toBe(false);
  }
  const abort = await ask(another(), { abortTransaction: 1 }, admin);
  expect(abort.get('codeName')).toBe('TransactionCommitted');
  const old = await ask(another(), commit, { ...admin, txnNumber: Long.fromNumber(3) });
  expect(old.get('codeName')).toBe('TransactionTooOld');
});

it('transactions that are open for too long are aborted, and let others write', async () => {
  const engine = new WalEngine(store, new Materializer(store), { transactionLifetimeMs: 50 });
  engines.push(engine);
  await ask(engine, { insert: 'c', documents: [{ _id: 1, n: 0 }] });
  const on = { lsid: newSession(), txnNumber: Long.fromNumber(1), autocommit: false };
  const inc = { update: 'c', updates: [{ q: { _id: 1 }, u: { $inc: { n: 1 } } }] };
  await ask(engine, inc, { ...on, startTransaction: true });
  const outside = await ask(engine, inc);
  expect(outside.get('nModified')).toBe(1);
  expect((await ask(engine, { find: 'c' }, on)).get('codeName')).toBe('NoSuchTransaction');
  expect(engine.transactions.size).toBe(0);
});

it('a transaction stays on one branch', async () => {
  const engine = another();
  await ask(engine, { insert: 'c', documents: [{ _id: 1 }] });
  const on = { lsid: newSession(), txnNumber: Long.fromNumber(1), autocommit: false };
  await ask(engine, { find: 'c' }, { ...on, startTransaction: true });
  const other = await ask(engine, { find: 'c' }, { ...on, $db: 'storehouse' });
  expect(other.get('codeName')).toBe('OperationNotSupportedInTransaction');
  expect(other.get('errmsg')).toContain("'shop', not on 'storehouse'");
});

it('writes of several kinds at once are each done once', async () => {
  const lsid = newSession();
  const numbered = (n: number) => ({ lsid, txnNumber: Long.fromNumber(n), $db: 'admin' });
  const [one, other] = [another(), another()];
  await ask(one, { insert: 'c', documents: [{ _id: 1, n: 0 }, { _id: 2 }] });
  const bulk = {
    bulkWrite: 1,
    nsInfo: [{ ns: 'shop.c' }, { ns: 'shop.d' }],
    ops: [
      { insert: 0, document: { _id: 10 } },
      { insert: 1, document: { _id: 11 } },
      { update: 0, filter: { _id: 1 }, updateMods: { $inc: { n: 1 } } },
      { update: 1, filter: { _id: 12 }, updateMods: { $set: { n: 1 } }, upsert: true },
      { update: 0, filter: { _id: 77 }, updateMods: { $set: { n: 1 } } },
      { delete: 0, filter: { _id: 2 } },
    ],
  };
  const first = await ask(one, bulk, numbered(1));
  expect(first.get('nErrors')).toBe(0);
  for (const engine of [one, other, another()]) {
    const again = await ask(engine, bulk, numbered(1));
    expect(again.get('retriedStmtIds')).toEqual([0, 1, 2, 3, 5]);
    again.delete('retriedStmtIds');
    expect(again).toEqual(first);
  }
  const found = async (name: string) =>
    ((await ask(one, { find: name, sort: { _id: 1 } })).get('cursor') as Doc).get('firstBatch') as Doc[];
  expect((await found('c')).map((each) => Object.fromEntries(each))).toEqual([{ _id: 1, n: 1 }, { _id: 10 }]);
  expect((await found('d')).map((each) => each.get('_id'))).toEqual([11, 12]);

  const many = { ...bulk, ops: [{ update: 0, filter: {}, updateMods: { $inc: { n: 1 } }, multi: true }] };
  const refused = await ask(one, many, numbered(2));
  const [result] = (refused.get('cursor') as Doc).get('firstBatch') as Doc[];
  expect(result!.get('code')).toBe(72);
});

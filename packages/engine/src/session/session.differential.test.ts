import { Timestamp } from '@argon/bson';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newSession, number, twoServers, type Ask, type TwoServers } from './testing/two-servers';

let servers: TwoServers;
beforeAll(async () => {
  servers = await twoServers();
});
afterAll(() => servers?.close());

async function same(script: (ask: Ask, database: string) => Promise<void>): Promise<void> {
  const { argon, mongod } = await servers.run(script);
  expect(argon).toEqual(mongod);
}

const seed = {
  insert: 'a',
  documents: [
    { _id: 1, x: 0, y: 1 },
    { _id: 2, x: 0 },
  ],
};
const set = (id: unknown, more: object = {}) => ({ q: { _id: id }, u: { $inc: { x: 1 } }, ...more });

describe('retryable writes', () => {
  it('are carried out once', () =>
    same(async (ask) => {
      const lsid = newSession();
      let n = 0;
      const twice = async (command: object) => {
        n += 1;
        for (let i = 0; i < 2; i++) await ask({ ...command, lsid, txnNumber: number(n) });
      };
      await ask(seed);
      await twice({ insert: 'a', documents: [{ _id: 10 }, { _id: 11 }] });
      await ask({
        insert: 'a',
        documents: [{ _id: 10 }, { _id: 11 }, { _id: 12 }],
        lsid,
        txnNumber: number(n),
      });
      await twice({ update: 'a', updates: [set(1), set(9, { upsert: true }), set(77)] });
      await twice({
        delete: 'a',
        deletes: [
          { q: { _id: 9 }, limit: 1 },
          { q: { _id: 99 }, limit: 1 },
        ],
      });
      await twice({ findAndModify: 'a', query: { _id: 1 }, update: { $inc: { x: 1 } }, new: true });
      await twice({ findAndModify: 'a', query: { _id: 1 }, update: { $inc: { x: 1 } }, fields: { y: 1 } });
      await ask({ findAndModify: 'a', query: { _id: 1 }, remove: true, lsid, txnNumber: number(n) });
      await twice({
        findAndModify: 'a',
        query: { _id: 20 },
        update: { $inc: { x: 1 } },
        upsert: true,
        new: true,
      });
      await ask({
        findAndModify: 'a',
        query: { _id: 20 },
        update: { $inc: { x: 1 } },
        lsid,
        txnNumber: number(n),
      });
      await twice({ findAndModify: 'a', query: { _id: 21 }, update: { $inc: { x: 1 } }, upsert: true });
      await twice({ findAndModify: 'a', query: { _id: 20 }, remove: true });
      await ask({
        findAndModify: 'a',
        query: { _id: 20 },
        update: { $set: { y: 1 } },
        lsid,
        txnNumber: number(n),
      });
      await twice({ insert: 'a', documents: [{ _id: 1 }, { _id: 51 }], ordered: false });
      await twice({ insert: 'a', documents: [{ _id: 30 }, { _id: 31 }], stmtIds: [5, 7] });
      await ask({
        insert: 'a',
        documents: [{ _id: 30 }, { _id: 32 }],
        stmtId: 5,
        lsid,
        txnNumber: number(n),
      });
      await twice({ insert: 'a', documents: [{ _id: 40 }, { _id: 41 }], stmtIds: [5] });
      await twice({ insert: 'a', documents: [{ _id: 40 }, { _id: 41 }], stmtIds: [5, 6], stmtId: 1 });
      await ask({ find: 'a', sort: { _id: 1 } });
    }));

  it('are refused with what is no number, or too old', () =>
    same(async (ask) => {
      const lsid = newSession();
      await ask(seed);
      await ask({ insert: 'a', documents: [{ _id: 3 }], lsid, txnNumber: number(5) });
      await ask({ insert: 'a', documents: [{ _id: 4 }], lsid, txnNumber: number(4) });
      await ask({ update: 'a', updates: [set(1, { multi: true })], lsid, txnNumber: number(6) });
      await ask({ delete: 'a', deletes: [{ q: {}, limit: 0 }], lsid, txnNumber: number(7) });
      await ask({ insert: 'a', documents: [{}], txnNumber: number(1) });
      await ask({ insert: 'a', documents: [{}], lsid, txnNumber: number(-1) });
      await ask({ insert: 'a', documents: [{}], lsid, txnNumber: 30 });
      for (const command of [{ find: 'a' }, { ping: 1 }, { create: 'b' }, { count: 'a' }]) {
        await ask({ ...command, lsid, txnNumber: number(31) });
      }
      for (const wrong of [1, {}, { id: 1 }, { id: lsid.id, x: 1 }, { id: lsid.id, uid: 1 }]) {
        await ask({ find: 'a', lsid: wrong });
      }
    }));
});

describe('transactions', () => {
  const admin = { $db: 'admin' };

  it('go by their numbers', () =>
    same(async (ask) => {
      const lsid = newSession();
      let n = 1;
      const on = () => ({ lsid, txnNumber: number(n), autocommit: false });
      const start = () => ({ ...on(), startTransaction: true });
      await ask(seed);
      await ask({ insert: 'a', documents: [{ _id: 3 }], ...start() });
      await ask({ find: 'a', ...on() });
      await ask({ commitTransaction: 1, ...admin, ...on() });
      await ask({ commitTransaction: 1, ...admin, ...on() });
      await ask({ abortTransaction: 1, ...admin, ...on() });
      await ask({ find: 'a', ...on() });
      await ask({ find: 'a', ...start() });
      n = 2;
      await ask({ find: 'a', ...on() });
      await ask({ commitTransaction: 1, ...admin, ...on() });
      await ask({ abortTransaction: 1, ...admin, ...on() });
      await ask({ find: 'a', ...start() });
      await ask({ abortTransaction: 1, ...admin, ...on() });
      await ask({ abortTransaction: 1, ...admin, ...on() });
      await ask({ commitTransaction: 1, ...admin, ...on() });
      await ask({ find: 'a', ...on() });
      await ask({ find: 'a', ...start() });
      n = 1;
      await ask({ find: 'a', ...on() });
      await ask({ find: 'a', ...start() });
      await ask({ insert: 'a', documents: [{ _id: 9 }], lsid, txnNumber: number(1) });
      await ask({ insert: 'a', documents: [{ _id: 9 }], lsid, txnNumber: number(2) });
      n = 3;
      await ask({ insert: 'a', documents: [{ _id: 8 }], lsid, txnNumber: number(3) });
      await ask({ find: 'a', ...on() });
      await ask({ find: 'a', ...start() });
      n = 4;
      await ask({ insert: 'a', documents: [{ _id: 50 }], ...start() });
      n = 5;
      await ask({ insert: 'a', documents: [{ _id: 50 }], ...start() });
      await ask({ commitTransaction: 1, ...admin, ...on() });
      await ask({ find: 'a', sort: { _id: 1 } });
    }));

  it('are named as they should be', () =>
    same(async (ask) => {
      const lsid = newSession();
      const txnNumber = number(1);
      await ask(seed);
      await ask({ find: 'a', lsid, autocommit: false });
      await ask({ find: 'a', txnNumber, autocommit: false });
      await ask({ find: 'a', lsid, txnNumber, autocommit: true });
      await ask({ find: 'a', lsid, txnNumber, startTransaction: true });
      await ask({ find: 'a', lsid, txnNumber, autocommit: false, startTransaction: false });
      await ask({
        commitTransaction: 1,
        ...admin,
        lsid,
        txnNumber,
        autocommit: false,
        startTransaction: true,
      });
      await ask({ commitTransaction: 1, lsid, txnNumber, autocommit: false });
      await ask({ commitTransaction: 1, ...admin });
      await ask({ commitTransaction: 1, ...admin, lsid });
      await ask({ commitTransaction: 1, ...admin, lsid, txnNumber });
      await ask({ abortTransaction: 1, ...admin });
      for (const command of [
        { commitTransaction: 1, ...admin },
        { abortTransaction: 1, ...admin },
        { find: 'a' },
      ]) {
        await ask({ ...command, lsid: newSession(), txnNumber, autocommit: false });
      }
    }));

  it('hold the commands that they may', () =>
    same(async (ask, database) => {
      const lsid = newSession();
      await ask(seed);
      let n = 0;
      for (const command of [
        { count: 'a' },
        { ping: 1 },
        { hello: 1 },
        { listCollections: 1 },
        { listIndexes: 'a' },
        { drop: 'a' },
        { dropDatabase: 1 },
        { dropIndexes: 'a', index: '*' },
        { collMod: 'a' },
        { renameCollection: `${database}.a`, to: `${database}.b`, ...admin },
        { explain: { find: 'a' } },
        { buildInfo: 1 },
        { connectionStatus: 1 },
        { endSessions: [] },
        { killCursors: 'a', cursors: [number(1)] },
        { distinct: 'a', key: 'x' },
        { aggregate: 'a', pipeline: [], cursor: {} },
        { aggregate: 'a', pipeline: [{ $out: 'q' }], cursor: {} },
        { aggregate: 'a', pipeline: [{ $merge: 'q' }], cursor: {} },
        { create: 'fresh' },
        { create: 'a' },
        { createIndexes: 'a', indexes: [{ key: { x: 1 }, name: 'x_1' }] },
        { createIndexes: 'new', indexes: [{ key: { x: 1 }, name: 'x_1' }] },
        { find: 'x', $db: 'config' },
        { find: 'x', ...admin },
        { find: 'x', $db: 'local' },
        { insert: 'a', documents: [{}], writeConcern: { w: 1 } },
        { find: 'a', readConcern: { level: 'snapshot' } },
        { find: 'a', readConcern: { level: 'linearizable' } },
        { find: 'a', readConcern: { level: 'available' } },
        { getMore: number(12345), collection: 'a' },
        { nonexistent: 1 },
        { update: 'a', updates: [{ q: { _id: 1 }, u: { $bad: 1 } }] },
        { insert: 'a', documents: [{ _id: 1 }] },
        { insert: 'brandNew', documents: [{ _id: 1 }] },
        { listDatabases: 1, ...admin },
        { refreshSessions: [] },
        { startSession: 1 },
      ]) {
        n += 1;
        await ask({ ...command, lsid, txnNumber: number(n), autocommit: false, startTransaction: true });
        n += 1;
        const on = { lsid, txnNumber: number(n), autocommit: false };
        await ask({ find: 'a', limit: 1, ...on, startTransaction: true });
        await ask({ ...command, ...on });
        await ask({ find: 'a', filter: { _id: 1 }, ...on });
        await ask({ abortTransaction: 1, ...admin, ...on });
      }
    }));
});

it('cursors are read on by the session that opened them', () =>
  same(async (ask) => {
    const lsid = newSession();
    await ask(seed);
    const open = async (more: object) => {
      const reply = (await ask({ find: 'a', batchSize: 1, ...more })) as Map<string, Map<string, unknown>>;
      return { getMore: reply.get('cursor')!.get('id'), collection: 'a', batchSize: 1 };
    };
    const own = await open({ lsid });
    await ask({ ...own, lsid: newSession() });
    await ask(own);
    const on = { lsid, txnNumber: number(1), autocommit: false };
    await ask({ find: 'a', limit: 1, ...on, startTransaction: true });
    await ask({ ...own, ...on });
    await ask({ ...own, lsid });
    const within = await open({ ...on, txnNumber: number(2), startTransaction: true });
    await ask({ ...within, lsid });
    await ask(within);
    await ask({ abortTransaction: 1, $db: 'admin', ...on, txnNumber: number(2) });
    const free = await open({});
    await ask({ ...free, lsid });
    await ask(free);
  }));

describe('concerns', () => {
  it('of reads', () =>
    same(async (ask) => {
      await ask(seed);
      const time = new Timestamp({ t: 1, i: 1 });
      const none = new Timestamp({ t: 0, i: 0 });
      for (const readConcern of [
        { level: 'local' },
        { level: 'available' },
        { level: 'majority' },
        { level: 'bogus' },
        { level: 1 },
        1,
        { bogus: 1 },
        {},
        { level: 'majority', afterClusterTime: time },
        { afterClusterTime: time },
        { level: 'available', afterClusterTime: time },
        { level: 'linearizable', afterClusterTime: time },
        { afterClusterTime: 1 },
        { afterClusterTime: new Timestamp({ t: 4_000_000_000, i: 1 }) },
        { afterClusterTime: none },
        { level: 'local', atClusterTime: time },
        { level: 'snapshot', atClusterTime: new Timestamp({ t: 4_000_000_000, i: 1 }) },
        { level: 'snapshot', atClusterTime: none },
        { level: 'snapshot', afterClusterTime: time, atClusterTime: time },
      ]) {
        await ask({ find: 'a', filter: { _id: 1 }, readConcern });
      }
      for (const command of [
        { count: 'a' },
        { distinct: 'a', key: 'x' },
        { insert: 'a', documents: [{ _id: 5 }] },
        { update: 'a', updates: [set(1)] },
        { ping: 1 },
        { listIndexes: 'a' },
      ]) {
        for (const level of ['majority', 'snapshot', 'linearizable', 'available']) {
          await ask({ ...command, readConcern: { level } });
        }
      }
      await ask({ ping: 1, readConcern: { afterClusterTime: time } });
    }));

  it('of writes', () =>
    same(async (ask) => {
      for (const writeConcern of [
        { w: 5 },
        { w: 'nope' },
        { w: 51 },
        { w: -1 },
        { w: 1, j: 'x' },
        { w: { a: 1 } },
        { wtimeout: 'x' },
        { bogus: 1 },
        1,
        { w: 'majority', wtimeout: 100 },
        { w: 1.5 },
        { w: true },
        { fsync: true },
        { fsync: true, j: true },
        { w: 'majority', wtimeoutMS: 1 },
        {},
        { j: true },
      ]) {
        await ask({ insert: 'wc', documents: [{ _id: JSON.stringify(writeConcern) }], writeConcern });
      }
      for (const command of [
        { find: 'wc' },
        { ping: 1 },
        { count: 'wc' },
        { create: 'made' },
        { drop: 'made' },
      ]) {
        await ask({ ...command, writeConcern: { w: 5, wtimeout: 10 } });
      }
      await ask({ aggregate: 'wc', pipeline: [], cursor: {}, writeConcern: { w: 1 } });
      await ask({
        findAndModify: 'wc',
        query: { _id: 1 },
        remove: true,
        writeConcern: { w: 5, wtimeout: 10 },
      });
    }));
});

it('cluster times that clients bring along', () =>
  same(async (ask) => {
    const bring = (clusterTime: unknown, more: object = { signature: {} }) =>
      ask({ ping: 1, $clusterTime: { clusterTime, ...more } });
    await ask({ ping: 1, $clusterTime: 1 });
    await bring(1);
    await bring(new Timestamp({ t: 1, i: 1 }), {});
  }));

it('lists of sessions', () =>
  same(async (ask) => {
    const lsid = newSession();
    for (const name of ['endSessions', 'killSessions', 'refreshSessions']) {
      await ask({ [name]: [] });
      await ask({ [name]: [lsid] });
    }
    await ask({ killAllSessions: [] });
    await ask({ killAllSessionsByPattern: [] });
    await ask({ endSessions: 1 });
    await ask({ endSessions: [1] });
  }));

import { decodeDocument, encodeDocument, Long, type Doc } from '@argon/bson';
import { Materializer } from '@argon/materializer';
import { NOBODY, openStore, type Store } from '@argon/wal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Command } from '../handler/command';
import { WalEngine } from '../handler/engine';
import { newSession } from '../session/testing/two-servers';

let store: Store;
let engine: WalEngine;
let hungUp = 0;
const ask = async (command: object, app = ''): Promise<Doc> => {
  const named = Command.from({ ...command, $db: (command as { $db?: string }).$db ?? 'shop' });
  const context = { connectionId: 1, actor: { ...NOBODY, app }, hangUp: () => (hungUp += 1) };
  return decodeDocument(encodeDocument((await engine.handle(named, context)) as Doc));
};
const configure = (mode: unknown, data: object = {}, name = 'failCommand') =>
  ask({ configureFailPoint: name, mode, data, $db: 'admin' });

beforeEach(async () => {
  store = await openStore('memory:');
  engine = new WalEngine(store, new Materializer(store), { testCommands: true });
  hungUp = 0;
});
afterEach(async () => {
  await engine.close();
  await store.close();
});

it('commands fail as often as they are told to', async () => {
  await configure({ times: 2 }, { failCommands: ['insert'], errorCode: 10107 });
  const insert = { insert: 'c', documents: [{ _id: 1 }] };
  expect((await ask({ ping: 1 })).has('errmsg')).toBe(false);
  const numbered = { ...insert, lsid: newSession(), txnNumber: Long.fromNumber(1) };
  const failed = await ask(numbered);
  expect([failed.get('code'), failed.get('codeName'), failed.get('errorLabels')]).toEqual([
    10107,
    'NotWritablePrimary',
    ['RetryableWriteError'],
  ]);
  expect((await ask(insert)).get('errorLabels')).toBeUndefined();
  expect((await ask(numbered)).get('n')).toBe(1);
});

it('labels are those given; write concern errors come with what was done', async () => {
  await configure('alwaysOn', {
    failCommands: ['insert'],
    errorCode: 112,
    errorLabels: ['Odd'],
    appName: 'odd',
  });
  const insert = { insert: 'c', documents: [{ _id: 1 }] };
  expect((await ask(insert, 'odd')).get('errorLabels')).toEqual(['Odd']);
  expect((await ask(insert, 'even')).get('n')).toBe(1);
  expect((await configure('off')).get('count')).toBe(1);
  const writeConcernError = { code: 91, errmsg: 'soon' };
  await configure({ times: 1 }, { failCommands: ['insert'], writeConcernError });
  const done = await ask({
    insert: 'c',
    documents: [{ _id: 2 }],
    lsid: newSession(),
    txnNumber: Long.fromNumber(1),
  });
  expect([done.get('n'), done.get('errorLabels')]).toEqual([1, ['RetryableWriteError']]);
  expect((done.get('writeConcernError') as Doc).get('code')).toBe(91);
});

it('connections are closed where there are any', async () => {
  await configure({ times: 1 }, { failCommands: ['find'], closeConnection: true });
  expect((await ask({ find: 'c' })).get('codeName')).toBe('HostUnreachable');
  expect(hungUp).toBe(1);
});

describe('labels of change streams', () => {
  const open = { aggregate: 'c', pipeline: [{ $changeStream: {} }], cursor: {} };
  const failed = async (command: object, name: string, errorCode: number) => {
    await configure({ times: 1 }, { failCommands: ['aggregate', 'getMore'], errorCode }, name);
    const reply = await ask(command);
    expect(reply.get('code')).toBe(errorCode);
    return reply.get('errorLabels');
  };
  const opened = async (pipeline: object[]) => {
    const reply = await ask({ aggregate: 'c', pipeline, cursor: { batchSize: 0 } });
    return { getMore: (reply.get('cursor') as Doc).get('id'), collection: 'c' };
  };
  // As measured on mongod 6.0.5, code by code.
  const resumable = [6, 7, 63, 89, 91, 133, 150, 189, 234, 262, 317, 358, 9001, 10107, 11600, 11602];
  const afterCheckout = 'failGetMoreAfterCursorCheckout';

  beforeEach(() => ask({ insert: 'c', documents: [{ _id: 1 }] }));

  it.each([...resumable, 13435, 13436])('%i can be resumed after', async (code) => {
    const label = ['ResumableChangeStreamError'];
    expect(await failed(open, 'failCommand', code)).toEqual(label);
    expect(await failed(await opened(open.pipeline), afterCheckout, code)).toEqual(label);
    // Before the cursor is found, nobody knows what it is of.
    expect(await failed(await opened(open.pipeline), 'failCommand', code)).toBeUndefined();
    expect(await failed(await opened([]), afterCheckout, code)).toBeUndefined();
    expect(await failed({ ...open, pipeline: [] }, 'failCommand', code)).toBeUndefined();
  });

  it.each([8, 43, 50, 134, 136, 237, 260, 11601])('%i cannot', async (code) => {
    expect(await failed(open, 'failCommand', code)).toBeUndefined();
    expect(await failed(await opened(open.pipeline), afterCheckout, code)).toBeUndefined();
  });

  it.each([280, 286])('%i says so', async (code) => {
    expect(await failed(open, 'failCommand', code)).toEqual(['NonResumableChangeStreamError']);
    expect(await failed(await opened([]), afterCheckout, code)).toEqual(['NonResumableChangeStreamError']);
  });
});

it('is there for tests alone', async () => {
  const plain = new WalEngine(store, new Materializer(store));
  const command = Command.from({ configureFailPoint: 'failCommand', mode: 'off', $db: 'admin' });
  const reply = await plain.handle(command, { connectionId: 1, actor: NOBODY });
  expect(reply.get('codeName')).toBe('CommandNotFound');
  await plain.close();
});

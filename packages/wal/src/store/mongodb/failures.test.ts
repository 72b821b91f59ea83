import { type MongodServer, sharedMongod, startMongod } from '@argon/tools-mongod';
import { type Document, MongoClient } from 'mongodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { commitOf, insertion } from '../../testing/drafts';
import { fork, newProject, push, read } from '../../testing/fixture';
import { openMongoStore } from './open';
import { type TestDatabase, testDatabase } from './testing/database';

async function failure(promise: Promise<unknown>): Promise<{ code: string; text: string }> {
  try {
    await promise;
  } catch (error) {
    const { code, message, data } = error as { code: string; message: string; data: unknown };
    return { code, text: `${message} ${JSON.stringify(data)}` };
  }
  throw new Error('It did not fail.');
}

describe('opening', () => {
  it('tells a standalone server, and how to make it a replica set', async () => {
    const standalone = await startMongod({ standalone: true });
    try {
      const { code, text } = await failure(openMongoStore(standalone.uri));
      expect(code).toBe('ARGON_WAL_STANDALONE_SERVER');
      expect(text).toMatch(/rs\.initiate/);
    } finally {
      await standalone.stop();
    }
  });

  it('tells wrong credentials, and never the password', async () => {
    const { uri } = await sharedMongod();
    const { code, text } = await failure(openMongoStore(uri.replace('//', '//ann:s3cret@')));
    expect(code).toBe('ARGON_WAL_STORE_AUTHENTICATION');
    expect(text).toMatch(/authSource/);
    expect(text).not.toMatch(/s3cret|ann/);
  });

  it('tells that nobody answers', async () => {
    const nowhere = 'mongodb://ann:s3cret@127.0.0.1:9/argon_wal';
    const { code, text } = await failure(openMongoStore(nowhere, { serverSelectionTimeoutMS: 200 }));
    expect(code).toBe('ARGON_WAL_STORE_UNREACHABLE');
    expect(text).toContain('mongodb://127.0.0.1:9/argon_wal');
    expect(text).not.toMatch(/s3cret|ann:/);
  });

  it('tells an address that makes no sense', async () => {
    const { code, text } = await failure(openMongoStore('mongodb://ann:s3cret@/?replicaSet'));
    expect(code).toBe('ARGON_WAL_STORE_ADDRESS');
    expect(text).not.toContain('s3cret');
  });
});

describe('a store', () => {
  let server: MongodServer;
  let admin: MongoClient;
  let database: TestDatabase;

  beforeAll(async () => {
    server = await startMongod({ args: ['--setParameter', 'enableTestCommands=1'] });
    admin = await MongoClient.connect(server.uri);
  });
  afterAll(async () => {
    await admin.close();
    await server.stop();
  });
  beforeEach(async () => {
    database = await testDatabase(server.uri);
  });
  afterEach(async () => {
    await fail('off', {});
    await database.dispose();
  });

  function fail(mode: 'off' | { times: number } | 'alwaysOn', data: Document): Promise<Document> {
    return admin.db('admin').command({ configureFailPoint: 'failCommand', mode, data });
  }

  it('is not made where none was asked for', async () => {
    const { code } = await failure(database.open({ create: false }));
    expect(code).toBe('ARGON_WAL_STORE_NOT_FOUND');
    expect(await database.collections.meta.countDocuments()).toBe(0);
    await (await database.open()).close();
    await (await database.open({ create: false })).close();
  });

  it('of a newer version is left alone', async () => {
    await database.collections.meta.insertOne({ _id: 'format', version: 99 });
    expect(await failure(database.open())).toMatchObject({ code: 'ARGON_WAL_STORE_VERSION' });
  });

  it('does nothing once it is closed', async () => {
    const store = await database.open();
    await store.close();
    await store.close();
    expect(await failure(store.projects())).toMatchObject({ code: 'ARGON_WAL_STORE_CLOSED' });
  });

  it.each([
    ['the server closed the connection', { closeConnection: true }],
    [
      'a majority did not confirm',
      { writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' } },
    ],
    ['the server stepped down', { errorCode: 10107, errorLabels: ['RetryableWriteError'] }],
  ])('learns what became of a commit after %s', async (_, how) => {
    const store = await database.open();
    const { main } = await newProject(store);
    for (let round = 0; round < 3; round++) {
      // Twice, for the driver itself tries again once.
      await fail({ times: 2 }, { failCommands: ['insert'], ...how });
      const [commit] = await push(store, main.id, commitOf(insertion({ round })));
      expect(await store.head(main.id)).toMatchObject({ lsn: commit!.lsn });
    }
    const text = 'x'.repeat(40_000);
    await fail({ times: 2 }, { failCommands: ['insert'], ...how });
    await push(
      store,
      main.id,
      [1, 2, 3].map((id) => commitOf(insertion({ id, text }))),
    );
    expect(await read(store, main.id)).toHaveLength(6);
  });

  it.each([
    ['the connection was lost', { closeConnection: true }],
    [
      'a majority did not confirm',
      { writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' } },
    ],
  ])('learns what became of a branch after %s', async (_, how) => {
    const store = await database.open();
    const { project, main } = await newProject(store);
    await fail({ times: 4 }, { failCommands: ['insert'], ...how });
    const branch = await fork(store, main, 'feature');
    await fail({ times: 2 }, { failCommands: ['commitTransaction'], ...how });
    await push(store, branch.id, commitOf(insertion({ a: 1 })), { protected: true });
    await fail({ times: 2 }, { failCommands: ['commitTransaction'], ...how });
    await store.deleteProject(project.id, { user: '', app: '' });
    expect(await store.projects()).toEqual([]);
    expect(await store.branchById(branch.id)).toMatchObject({ status: 'deleted', protected: true });
  });

  it('refuses a write that the server refuses, and goes on', async () => {
    const store = await database.open();
    const { main } = await newProject(store);
    await fail({ times: 1 }, { failCommands: ['insert'], errorCode: 14031 });
    expect(await failure(push(store, main.id, commitOf(insertion({ a: 1 }))))).toMatchObject({
      code: 'ARGON_WAL_STORE_FULL',
    });
    const [commit] = await push(store, main.id, commitOf(insertion({ a: 1 })));
    expect(await read(store, main.id)).toEqual([commit]);
  });
});

import { DEFAULT_FLAGS, WalBranchService } from '@argon/branch';
import { standbyNameOf } from '@argon/branch/dual';
import { Materializer } from '@argon/materializer';
import { sharedMongod } from '@argon/tools-mongod';
import { NOBODY, openStore, type Store } from '@argon/wal';
import { MongoClient, type Db } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ArgonClient } from '../client/argon-client';
import type { ArgonDb } from '../client/argon-db';
import { TRADITIONAL_PROGRAMS } from './programs/traditional';
import { outcome } from './programs/outcome';

const PROJECT = `dual_${process.pid}`;
const TRADITIONAL = `${PROJECT}~feature`;
const LOGGED = `${PROJECT}~logged`;

interface Item {
  readonly _id: number;
  readonly n?: number;
}

/** All of the driver's methods that need a history, on a traditional branch, or with one. */
const WAL_ONLY: Readonly<Record<string, (db: ArgonDb, logged: ArgonDb) => Promise<unknown>>> = {
  'db.atTime': (db) => db.atTime(new Date()).collection('items').findOne(),
  'db.atLSN': (db) => db.atLSN(3).collection('items').findOne(),
  'collection.atTime': (db) => db.collection('items').atTime(Date.now()).countDocuments(),
  'collection.atLSN': (db) => db.collection('items').atLSN(3).find().toArray(),
  'writing to a moment': (db) => db.atLSN(3).collection('items').insertOne({}),
  'db.createBranch at a moment': (db) => db.createBranch('then', { at: new Date() }),
  'db.createBranch of a moment': (db) => db.atLSN(3).createBranch('then'),
  'db.previewRestore': (db) => db.previewRestore({ to: 3 }),
  'db.restore': (db) => db.restore({ to: 3, collections: ['items'] }),
  'db.resetToTime': (db) => db.resetToTime(new Date()),
  'db.resetToLSN': (db) => db.resetToLSN(3),
  'db.restorePoints': (db) => db.restorePoints(),
  'db.previewUndo': (db) => db.previewUndo({ lastRestore: true }),
  'db.undo': (db) => db.undo({ commit: 3 }),
  'db.previewMerge': (db, logged) => db.previewMerge(logged),
  'db.merge': (db, logged) => db.merge(logged),
  'db.merge of it': (db, logged) => logged.merge(db),
  'db.merge of its name': (_, logged) => logged.merge('feature'),
  'db.tag': (db) => db.tag('v1'),
  'db.tags': (db) => db.tags(),
  'db.deleteTag': (db) => db.deleteTag('v1'),
  'db.history': (db) => db.history().toArray(),
  'collection.history': (db) => db.collection('items').history({ id: 1 }).toArray(),
  'db.diff': async (db, logged) => db.diff(logged).next(),
  'db.diff with it': async (db, logged) => logged.diff(db).next(),
  'db.diffStat': (db, logged) => db.diffStat(logged),
};

describe('a project of which some branches are in the log and others are not', () => {
  let mongod: MongoClient;
  let legacy: Db;
  let store: Store;
  let client: ArgonClient;

  beforeAll(async () => {
    const { uri } = await sharedMongod();
    mongod = await new MongoClient(uri).connect();
    legacy = mongod.db(`${PROJECT}_legacy`);
    await legacy.collection('projects').insertOne({ name: PROJECT });
    const branches = ['main', 'feature', 'feature_x'];
    await legacy.collection('branches').insertMany(branches.map((name) => ({ name })));
    store = await openStore('memory:');
    const standby = standbyNameOf('main');
    await store.createProject({ name: PROJECT, branchName: standby, actor: NOBODY });
    const service = new WalBranchService(store, new Materializer(store));
    await service.create(PROJECT, 'logged', { from: standby }, NOBODY);
    const address = new URL(uri);
    address.pathname = `/${legacy.databaseName}`;
    const flags = { ...DEFAULT_FLAGS, wal: true };
    client = await new ArgonClient(store, { legacy: { uri: address.toString(), flags } }).connect();
  });
  afterAll(async () => {
    await client?.close();
    await store?.close();
    await legacy?.dropDatabase();
    await mongod?.close();
  });

  for (const [group, programs] of Object.entries(TRADITIONAL_PROGRAMS)) {
    describe(`user programs do on both what they do on MongoDB: ${group}`, () => {
      for (const program of programs) {
        it(program.name, async () => {
          const wanted = await outcome(mongod, program, `${PROJECT}_plain`);
          const [traditional, logged] = await Promise.all([
            outcome(client, program, TRADITIONAL),
            outcome(client, program, LOGGED),
          ]);
          expect(traditional).toBe(wanted);
          expect(logged).toBe(wanted);
        });
      }
    });
  }

  it('lists, makes and deletes branches of both types', async () => {
    const types = async (): Promise<unknown> => {
      const { cursor } = await client.db(PROJECT).command({ argonListBranches: 1 });
      const batch = (cursor as { firstBatch: { name: string; type: string }[] }).firstBatch;
      return batch.map(({ name, type }) => `${name} ${type}`);
    };
    const before = ['main traditional', 'feature traditional', 'feature_x traditional', 'logged wal'];
    expect(await types()).toEqual(before);
    await client.db(TRADITIONAL).collection<Item>('items').insertOne({ _id: 1 });
    await client.db(LOGGED).collection<Item>('items').insertOne({ _id: 2 });
    const copy = await client.db(TRADITIONAL).createBranch('copy');
    const fork = await client.db(LOGGED).createBranch('fork');
    expect(await copy.collection<Item>('items').find().toArray()).toEqual([{ _id: 1 }]);
    expect(await fork.collection<Item>('items').find().toArray()).toEqual([{ _id: 2 }]);
    expect(await types()).toEqual([...before.slice(0, 3), 'copy traditional', 'logged wal', 'fork wal']);
    await expect(client.db(LOGGED).createBranch('copy')).rejects.toMatchObject({ code: 48 });
    await expect(client.db(TRADITIONAL).createBranch('fork')).rejects.toMatchObject({ code: 48 });
    await expect(client.db(LOGGED).createBranch('standby-x')).rejects.toMatchObject({
      argonCode: 'ARGON_BRANCH_STANDBY_NAME',
    });
    for (const argonDeleteBranch of ['copy', 'fork']) await client.db(PROJECT).command({ argonDeleteBranch });
    expect(await types()).toEqual(before);
    await client.db(TRADITIONAL).dropDatabase();
    await client.db(LOGGED).dropDatabase();
  });

  it.each(Object.entries(WAL_ONLY))(
    'what only the log has is a clear error on the others: %s',
    async (_, ask) => {
      const error = await ask(client.db(TRADITIONAL), client.db(LOGGED)).then(
        () => undefined,
        (failed: unknown) => failed,
      );
      expect(error).toMatchObject({
        message: expect.stringMatching(
          /^Could not .+: branch 'feature' is a traditional one .+ Migrate it first/,
        ) as string,
      });
      const told = error as { readonly argonCode?: string; readonly code: unknown };
      // The driver's own methods answer without a server: what is MongoDB's code of a command is then Argon's.
      expect(told.argonCode ?? told.code).toBe('ARGON_BRANCH_WAL_ONLY');
      if (told.argonCode !== undefined) expect(told.code).toBe(115);
    },
  );

  it('databases of both are listed, and collections renamed where they are', async () => {
    await client.db(TRADITIONAL).collection<Item>('items').insertOne({ _id: 1 });
    await client.db(LOGGED).collection<Item>('items').insertOne({ _id: 1 });
    const { databases } = await client.db().admin().listDatabases();
    const ours = databases.filter(({ name }) => name.startsWith(PROJECT)).map(({ name }) => name);
    expect(ours).toEqual([TRADITIONAL, LOGGED]);
    await client.db(TRADITIONAL).renameCollection('items', 'things');
    await client.db(LOGGED).renameCollection('items', 'things');
    const names = async (db: string) =>
      (await client.db(db).collections()).map((each) => each.collectionName);
    expect([await names(TRADITIONAL), await names(LOGGED)]).toEqual([['things'], ['things']]);
    await expect(
      client.db('admin').command({ renameCollection: `${TRADITIONAL}.things`, to: `${LOGGED}.items` }),
    ).rejects.toMatchObject({ argonCode: 'ARGON_BRANCH_ACROSS_SIDES' });
    await client.db(TRADITIONAL).dropDatabase();
    await client.db(LOGGED).dropDatabase();
  });

  it('cursors go on where they were opened, and are closed there', async () => {
    const cursors = [TRADITIONAL, LOGGED].map(async (name) => {
      const items = client.db(name).collection<Item>('items');
      await items.insertMany(Array.from({ length: 25 }, (_, _id) => ({ _id })));
      const cursor = items.find({}, { batchSize: 10 });
      const seen = [await cursor.next()];
      for (let i = 0; i < 15; i++) seen.push(await cursor.next());
      expect(seen.map((item) => item?._id)).toEqual(Array.from({ length: 16 }, (_, i) => i));
      return cursor;
    });
    const [traditional, logged] = await Promise.all(cursors);
    const ids = [traditional!.id, logged!.id];
    const ended = await client.db(PROJECT).command({ killCursors: 'items', cursors: ids });
    expect(ended).toMatchObject({ ok: 1, cursorsNotFound: [], cursorsAlive: [] });
    expect((ended['cursorsKilled'] as unknown[]).map(String).sort()).toEqual(ids.map(String).sort());
    await client.db(TRADITIONAL).dropDatabase();
    await client.db(LOGGED).dropDatabase();
  });

  it('transactions stay on their side', async () => {
    const items = client.db(TRADITIONAL).collection<Item>('items');
    await items.insertOne({ _id: 1, n: 0 });
    await client.withSession((session) =>
      session.withTransaction(async () => items.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { session })),
    );
    expect(await items.findOne()).toEqual({ _id: 1, n: 1 });
    await expect(
      client.withSession((session) =>
        session.withTransaction(async () => {
          await items.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { session });
          await client.db(LOGGED).collection<Item>('items').insertOne({ _id: 1 }, { session });
        }),
      ),
    ).rejects.toMatchObject({ code: 263 });
    expect(await items.findOne()).toEqual({ _id: 1, n: 1 });
    expect(await client.db(LOGGED).collection('items').countDocuments()).toBe(0);
    await expect(
      client.withSession((session) =>
        session.withTransaction(async () => {
          await client.db(LOGGED).collection<Item>('items').insertOne({ _id: 1 }, { session });
          await items.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { session });
        }),
      ),
    ).rejects.toMatchObject({ code: 263 });
    expect(await items.findOne()).toEqual({ _id: 1, n: 1 });
    expect(await client.db(LOGGED).collection('items').countDocuments()).toBe(0);
    await client.db(TRADITIONAL).dropDatabase();
  });

  it('other projects are the log’s, as they were', async () => {
    const db = client.db(`${PROJECT}_other`);
    await db.collection<Item>('items').insertOne({ _id: 1 });
    expect(await db.atTime(Date.now()).collection('items').countDocuments()).toBe(1);
    await db.dropDatabase();
  });
});

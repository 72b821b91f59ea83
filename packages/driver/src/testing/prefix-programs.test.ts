import { BranchRouter } from '@argon/branch';
import { BranchDirectory, LegacyDatabase, PrefixHandler } from '@argon/branch/prefix';
import { sharedMongod } from '@argon/tools-mongod';
import { MongoClient, type Db } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ArgonClient } from '../client/argon-client';
import { TRADITIONAL_PROGRAMS } from './programs/traditional';
import { outcome } from './programs/outcome';

const PROJECT = `prefixed_${process.pid}`;
const DATABASE = `${PROJECT}~feature`;
/** Collections of other branches and of none, which nothing may touch. */
const OTHERS = ['feature_x_orders', 'feature_x_users', 'main_items', 'main_users', 'users'];

interface Item {
  readonly _id: number;
  readonly n?: number;
}

describe('on a traditional branch', () => {
  let mongod: MongoClient;
  let legacy: Db;
  let database: LegacyDatabase;
  let client: ArgonClient;

  beforeAll(async () => {
    const { uri } = await sharedMongod();
    mongod = await new MongoClient(uri).connect();
    legacy = mongod.db(`${PROJECT}_legacy`);
    const branches = ['main', 'feature', 'feature_x'];
    await legacy.collection('branches').insertMany(branches.map((name) => ({ name, project_id: PROJECT })));
    for (const name of OTHERS) {
      await legacy.collection<{ _id: string }>(name).insertOne({ _id: `${name} is another's` });
    }
    const address = new URL(uri);
    address.pathname = `/${legacy.databaseName}`;
    database = await LegacyDatabase.open(address.toString());
    const handler = new PrefixHandler(new BranchDirectory(database, PROJECT));
    client = await new ArgonClient(new BranchRouter(() => handler, [handler])).connect();
  });
  afterAll(async () => {
    await client?.close();
    await database?.close();
    await legacy?.dropDatabase();
    await mongod?.close();
  });

  for (const [group, programs] of Object.entries(TRADITIONAL_PROGRAMS)) {
    describe(`user programs do what they do on MongoDB: ${group}`, () => {
      for (const program of programs) {
        it(program.name, async () => {
          const wanted = await outcome(mongod, program, `${PROJECT}_plain`);
          expect(await outcome(client, program, DATABASE)).toBe(wanted);
          const left = (await legacy.listCollections({}, { nameOnly: true }).toArray()).map(
            ({ name }) => name,
          );
          expect(left.filter((name) => name !== 'system.views').sort()).toEqual(['branches', ...OTHERS]);
        });
      }
    });
  }

  it('transactions are one, or leave nothing', async () => {
    const db = client.db(DATABASE);
    const items = db.collection<Item>('items');
    const log = db.collection<Item>('log');
    await items.insertOne({ _id: 1, n: 0 });
    await log.insertOne({ _id: 0 });
    const work = (fail: boolean) =>
      client.withSession((session) =>
        session.withTransaction(async () => {
          await items.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { session });
          await log.insertOne({ _id: fail ? 0 : 1 }, { session });
          return items.findOne({ _id: 1 }, { session });
        }),
      );
    expect(await work(false)).toEqual({ _id: 1, n: 1 });
    await expect(work(true)).rejects.toMatchObject({ code: 11000 });
    expect(await items.findOne()).toEqual({ _id: 1, n: 1 });
    // Two at once: the driver tries again by the labels that mongod gave.
    await Promise.all(
      [1, 2, 3].map(() =>
        client.withSession((session) =>
          session.withTransaction(async () => items.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { session })),
        ),
      ),
    );
    expect(await items.findOne()).toEqual({ _id: 1, n: 4 });
    await db.dropDatabase();
  });

  it('a change stream is watched, closed and taken up again', async () => {
    const items = client.db(DATABASE).collection<Item>('items');
    const stream = items.watch([{ $match: { 'ns.coll': 'items' } }], { fullDocument: 'updateLookup' });
    await stream.tryNext();
    await items.insertMany([{ _id: 1 }, { _id: 2 }]);
    const first = await stream.next();
    expect(first).toMatchObject({ operationType: 'insert', ns: { db: DATABASE, coll: 'items' } });
    await stream.close();
    const rest = items.watch([], { resumeAfter: first._id });
    expect(await rest.next()).toMatchObject({ documentKey: { _id: 2 } });
    await rest.close();
    await client.db(DATABASE).dropDatabase();
  });

  it('databases, statistics and the server are what they are for a user of the branch', async () => {
    const db = client.db(DATABASE);
    await db.collection<Item>('items').insertMany([{ _id: 1 }, { _id: 2 }]);
    await db.createCollection('view', { viewOn: 'items', pipeline: [] });
    await db.collection('items').createIndex({ n: 1 });
    expect(await db.stats()).toMatchObject({
      db: DATABASE,
      collections: 1,
      views: 1,
      objects: 2,
      indexes: 2,
    });
    const { databases } = await client.db().admin().listDatabases();
    expect(databases.map(({ name }) => name)).toEqual([PROJECT, DATABASE, `${PROJECT}~feature_x`]);
    expect(await client.db('admin').command({ buildInfo: 1 })).toEqual(
      await mongod
        .db('admin')
        .command({ buildInfo: 1 })
        .then((info) => ({
          ...info,
          $clusterTime: expect.anything() as unknown,
          operationTime: expect.anything() as unknown,
        })),
    );
    await expect(client.db('admin').command({ currentOp: 1 })).rejects.toMatchObject({ code: 115 });
    await expect(client.db(`${PROJECT}~nowhere`).collection('x').findOne()).rejects.toMatchObject({
      code: 26,
    });
    await expect(client.db('elsewhere').collection('x').findOne()).rejects.toMatchObject({ code: 26 });
    await db.dropDatabase();
  });
});

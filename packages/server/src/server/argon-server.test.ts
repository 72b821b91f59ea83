import { MongoClient } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serve, type Served } from '../testing/serve';

describe('ArgonServer', () => {
  let served: Served;
  let client: MongoClient;

  beforeEach(async () => {
    served = await serve();
    client = await MongoClient.connect(served.server.uri, { serverSelectionTimeoutMS: 5000 });
  });
  afterEach(async () => {
    await client.close();
    await served.close();
  });

  it('serves the official driver', async () => {
    const users = client.db('shop').collection<{ _id: number; name: string }>('users');
    await users.insertMany(Array.from({ length: 1000 }, (_, i) => ({ _id: i, name: `n${i}` })));
    expect(await users.findOne({ _id: 7 })).toEqual({ _id: 7, name: 'n7' });
    expect(await users.find({}, { batchSize: 10 }).toArray()).toHaveLength(1000);
    await users.updateOne({ _id: 7 }, { $set: { name: 'other' } });
    expect(await users.countDocuments({ name: 'other' })).toBe(1);
  });

  it('is a replica set of one node, which is its primary', async () => {
    const hello = await client.db('admin').command({ hello: 1 });
    const me = `127.0.0.1:${served.server.port}`;
    expect(hello).toMatchObject({ setName: 'argon', hosts: [me], me, primary: me, isWritablePrimary: true });
    expect(hello['maxWireVersion']).toBeGreaterThanOrEqual(21);
  });

  it('reaches branches and moments by the name of the database', async () => {
    const main = client.db('shop').collection<{ _id: number }>('users');
    await main.insertOne({ _id: 1 });
    await client.db('shop').command({ argonCreateBranch: 'feature-x', from: 'main' });
    await client.db('shop~feature-x').collection<{ _id: number }>('users').insertOne({ _id: 2 });
    expect(await main.countDocuments()).toBe(1);
    expect(await client.db('shop~feature-x').collection('users').countDocuments()).toBe(2);
    const { databases } = await client.db('admin').admin().listDatabases();
    expect(databases.map(({ name }) => name)).toEqual(['shop', 'shop~feature-x']);
  });

  it('keeps count of connections', async () => {
    await client.db('shop').command({ ping: 1 });
    expect(served.server.connectionCount).toBeGreaterThan(0);
    await client.close();
    await expect.poll(() => served.server.connectionCount).toBe(0);
  });

  it('answers unacknowledged writes with nothing, and does them', async () => {
    const things = client.db('shop').collection<{ _id: number }>('things');
    await things.insertOne({ _id: 1 }, { writeConcern: { w: 0 } });
    await expect.poll(() => things.countDocuments()).toBe(1);
  });

  it.each(['snappy', 'zlib'] as const)('is spoken to compressed by %s', async (name) => {
    const compressed = new MongoClient(served.server.uri, { compressors: [name] });
    const things = compressed.db('shop').collection<{ _id: number; text: string }>('things');
    const text = 'x'.repeat(200_000);
    await things.insertOne({ _id: 1, text });
    expect(await things.findOne({ _id: 1 })).toEqual({ _id: 1, text });
    await compressed.close();
  });
});

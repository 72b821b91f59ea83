import { sharedMongod } from '@argon/tools-mongod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ArgonClient } from '../client/argon-client';
import type { ArgonDb } from '../client/argon-db';
import { storeKinds, type StoreFixture } from '../testing/store-fixtures';

interface User {
  _id: number;
  name: string;
  city: string;
  age: number;
}

const CITIES = ['Bern', 'Basel', 'Chur'];

describe.each(storeKinds(async () => (await sharedMongod()).uri))('the past on the $name store', (kind) => {
  let fixture: StoreFixture;
  let client: ArgonClient;
  let shop: ArgonDb;
  let lsn: number;
  let time: Date;

  beforeAll(async () => {
    fixture = await kind.make();
    client = await new ArgonClient(fixture.address).connect();
    shop = client.db('shop');
    const users = shop.collection<User>('users');
    await users.insertMany(
      Array.from({ length: 60 }, (_, i) => ({ _id: i, name: `u${i}`, city: CITIES[i % 3]!, age: 20 + i })),
    );
    await users.createIndex({ city: 1, age: -1 });
    await shop.collection<{ _id: number; user: number }>('orders').insertMany([
      { _id: 1, user: 3 },
      { _id: 2, user: 3 },
    ]);
    lsn = (await shop.branches())[0]!.headLsn;
    await new Promise((resolve) => setTimeout(resolve, 5));
    time = new Date();
    await new Promise((resolve) => setTimeout(resolve, 5));
    // Nothing of it is left: not the documents, not the index, not the collection, not the moment on the branch itself.
    await users.updateMany({ _id: { $lt: 30 } }, { $set: { city: 'Genf', age: 0 } });
    await users.deleteMany({ _id: { $gte: 30 } });
    await users.dropIndex('city_1_age_-1');
    await shop.collection('orders').drop();
    await shop.resetToLSN(lsn - 10);
    await shop.collection('later').insertOne({ _id: 1 as never });
  });
  afterAll(async () => {
    await client?.close();
    await fixture?.remove();
  });

  const moments = (): (readonly [string, ArgonDb])[] => [
    ['db.atLSN', shop.atLSN(lsn)],
    ['db.atTime', shop.atTime(time)],
    ['db.atTime, as a number', shop.atTime(time.getTime())],
    ['by name', client.db(`shop@${lsn}`)],
  ];

  it('answers find: filters, sorts, projections, batches', async () => {
    for (const [what, then] of moments()) {
      const users = then.collection<User>('users');
      const found = await users
        .find({ city: 'Bern', age: { $gte: 70 } }, { projection: { name: 1 } })
        .sort({ age: -1 })
        .toArray();
      expect(found, what).toEqual([
        { _id: 57, name: 'u57' },
        { _id: 54, name: 'u54' },
        { _id: 51, name: 'u51' },
      ]);
      expect(await users.find().batchSize(7).toArray(), what).toHaveLength(60);
      expect(await users.findOne({ _id: 42 }), what).toMatchObject({ name: 'u42', age: 62 });
    }
    const users = shop.collection<User>('users');
    expect(await users.atLSN(lsn).findOne({ _id: 3 })).toMatchObject({ city: 'Bern', age: 23 });
    expect(await users.atTime(time).findOne({ _id: 3 })).toMatchObject({ city: 'Bern', age: 23 });
  });

  it('answers aggregate, also across collections of the same moment', async () => {
    for (const [what, then] of moments()) {
      const users = then.collection<User>('users');
      const cities = await users
        .aggregate([{ $group: { _id: '$city', n: { $sum: 1 } } }, { $sort: { _id: 1 } }])
        .toArray();
      expect(cities, what).toEqual(['Basel', 'Bern', 'Chur'].map((_id) => ({ _id, n: 20 })));
      const lookup = { from: 'orders', localField: '_id', foreignField: 'user', as: 'orders' };
      const joined = await users.aggregate([{ $match: { _id: 3 } }, { $lookup: lookup }]).toArray();
      expect(joined[0]!['orders'], what).toHaveLength(2);
    }
    const now = await shop
      .collection('users')
      .aggregate([{ $count: 'n' }])
      .toArray();
    expect(now).not.toEqual([{ n: 60 }]);
  });

  it('answers count and distinct', async () => {
    for (const [what, then] of moments()) {
      const users = then.collection<User>('users');
      expect(await users.countDocuments({ city: 'Chur' }), what).toBe(20);
      expect(await users.estimatedDocumentCount(), what).toBe(60);
      expect(await users.distinct('city'), what).toHaveLength(3);
      const young = await users.distinct('city', { age: { $lt: 22 } });
      expect(young.toSorted(), what).toEqual(['Basel', 'Bern']);
    }
  });

  it('has the indexes and collections of then, and uses them', async () => {
    for (const [what, then] of moments()) {
      const users = then.collection<User>('users');
      expect(
        (await users.indexes()).map(({ name }) => name),
        what,
      ).toEqual(['_id_', 'city_1_age_-1']);
      const names = (await then.listCollections().toArray()).map(({ name }) => name);
      expect(names, what).toEqual(['orders', 'users']);
      const query = users.find({ city: 'Bern' }).sort({ age: -1 });
      const explained = JSON.stringify(await query.clone().explain());
      expect(explained, what).toContain('"stage":"IXSCAN"');
      const ages = (await query.hint('city_1_age_-1').toArray()).map(({ age }) => age);
      expect(ages, what).toEqual(ages.toSorted((a, b) => b - a));
      expect(ages, what).toHaveLength(20);
    }
  });

  it('is read-only, and has a beginning and an end', async () => {
    for (const [what, then] of moments()) {
      await expect(then.collection('users').deleteMany({}), what).rejects.toMatchObject({ code: 166 });
    }
    await expect(
      shop
        .atLSN(10 ** 9)
        .collection('users')
        .findOne(),
    ).rejects.toMatchObject({ code: 2 });
    expect(() => shop.atLSN(0)).toThrow(expect.objectContaining({ code: 'ARGON_DRIVER_INVALID_MOMENT' }));
    expect(() => shop.atTime(new Date('no'))).toThrow(
      expect.objectContaining({ code: 'ARGON_DRIVER_INVALID_MOMENT' }),
    );
  });
});

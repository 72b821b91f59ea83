import { failure, type Program } from './program';

interface Order {
  readonly _id: number;
  readonly city: string;
  readonly total: number;
}

const ORDERS: readonly Order[] = [
  { _id: 1, city: 'Bern', total: 5 },
  { _id: 2, city: 'Oslo', total: 20 },
  { _id: 3, city: 'Bern', total: 30 },
];

export const viewPrograms: readonly Program[] = [
  {
    name: 'a view is read as a collection is',
    run: async ({ db }) => {
      await db.collection<Order>('orders').insertMany([...ORDERS]);
      await db.createCollection('large', {
        viewOn: 'orders',
        pipeline: [{ $match: { total: { $gte: 10 } } }],
      });
      await db.createCollection('cities', {
        viewOn: 'large',
        pipeline: [{ $group: { _id: '$city', sum: { $sum: '$total' } } }, { $sort: { _id: 1 } }],
      });
      const large = db.collection<Order>('large');
      const results = [
        await large.find().toArray(),
        await large.find({ city: 'Bern' }, { projection: { total: 1 } }).toArray(),
        await large.find().sort({ total: -1 }).limit(1).toArray(),
        await large.findOne({ _id: 2 }),
        await large.countDocuments({ city: 'Oslo' }),
        await large.estimatedDocumentCount(),
        (await large.distinct('city')).sort(),
        await db.collection('cities').find().toArray(),
        await db
          .collection('orders')
          .aggregate([{ $lookup: { from: 'large', localField: '_id', foreignField: '_id', as: 'same' } }])
          .toArray(),
      ];
      await db.collection<Order>('orders').insertOne({ _id: 4, city: 'Rome', total: 99 });
      results.push(await db.collection('cities').find().toArray());
      const [described] = await db.listCollections({ name: 'large' }).toArray();
      return [results, described];
    },
  },
  {
    name: 'a view is not written to',
    run: async ({ db }) => {
      await db.collection<Order>('orders').insertMany([...ORDERS]);
      await db.createCollection('all', { viewOn: 'orders', pipeline: [] });
      const all = db.collection<Order>('all');
      return [
        await failure(() => all.insertOne({ _id: 9, city: 'x', total: 1 })),
        await failure(() => all.updateOne({ _id: 1 }, { $set: { total: 1 } })),
        await failure(() => all.replaceOne({ _id: 7 }, { city: 'x', total: 1 }, { upsert: true })),
        await failure(() => all.deleteMany({})),
        await failure(() => all.findOneAndDelete({})),
        await failure(() => all.createIndex({ city: 1 })),
        await failure(() => all.rename('other')),
        await failure(() => db.createCollection('all', { viewOn: 'orders', pipeline: [] })),
        await db.collection('orders').find().toArray(),
        await db.dropCollection('all'),
        await all.find().toArray(),
      ];
    },
  },
  {
    name: 'a view is defined anew',
    run: async ({ db }) => {
      await db.collection<Order>('orders').insertMany([...ORDERS]);
      await db.createCollection('some', { viewOn: 'orders', pipeline: [{ $match: { city: 'Bern' } }] });
      const some = db.collection('some');
      const before = await some.find().toArray();
      await db.command({ collMod: 'some', viewOn: 'orders', pipeline: [{ $project: { total: 1 } }] });
      return [
        before,
        await some.find().toArray(),
        await failure(() => db.command({ collMod: 'some', viewOn: 'some', pipeline: [] })),
        await failure(() => db.command({ collMod: 'some', viewOn: 'orders', pipeline: [{ $out: 'x' }] })),
        await failure(() => db.createCollection('circle', { viewOn: 'circle', pipeline: [] })),
      ];
    },
  },
];

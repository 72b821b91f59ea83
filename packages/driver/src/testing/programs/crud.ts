import { Decimal128, Double, Int32, Long } from 'mongodb';
import { failure, type Program } from './program';

export const crudPrograms: readonly Program[] = [
  {
    name: 'insertOne and findOne',
    run: async ({ db }) => {
      const users = db.collection<{ _id: number; name: string }>('users');
      const inserted = await users.insertOne({ _id: 1, name: 'Ada' });
      return [inserted, await users.findOne({ _id: 1 }), await users.findOne({ name: 'Bob' })];
    },
  },
  {
    name: 'insertMany, ordered and unordered, with duplicates',
    run: async ({ db }) => {
      const things = db.collection<{ _id: number }>('things');
      const documents = [{ _id: 1 }, { _id: 2 }, { _id: 1 }, { _id: 3 }, { _id: 2 }, { _id: 4 }];
      const ordered = await failure(() => things.insertMany(documents));
      const afterOrdered = await things.find().sort({ _id: 1 }).toArray();
      await things.deleteMany({});
      const unordered = await failure(() => things.insertMany(documents, { ordered: false }));
      return [ordered, afterOrdered, unordered, await things.find().sort({ _id: 1 }).toArray()];
    },
  },
  {
    name: 'updateOne and updateMany report what they matched and modified',
    run: async ({ db }) => {
      const things = db.collection<{ _id: number; a: number; b?: number }>('things');
      await things.insertMany([
        { _id: 1, a: 1 },
        { _id: 2, a: 1 },
        { _id: 3, a: 2 },
      ]);
      return [
        await things.updateOne({ a: 1 }, { $set: { b: 1 } }),
        await things.updateMany({ a: 1 }, { $set: { b: 1 } }),
        await things.updateMany({ a: 9 }, { $set: { b: 1 } }),
        await things.updateMany({}, { $inc: { a: 10 } }),
        await things.find().sort({ _id: 1 }).toArray(),
      ];
    },
  },
  {
    name: 'upserts',
    run: async ({ db }) => {
      const things = db.collection<{ _id: number; a?: number; b?: number; c?: unknown }>('things');
      return [
        await things.updateOne(
          { _id: 1, a: 5 },
          { $set: { b: 2 }, $setOnInsert: { c: 'new' } },
          { upsert: true },
        ),
        await things.updateOne({ _id: 1 }, { $set: { b: 3 }, $setOnInsert: { c: 'old' } }, { upsert: true }),
        await things.replaceOne({ _id: 2 }, { a: 1 }, { upsert: true }),
        await things.updateMany(
          { _id: { $gt: 100 }, 'c.d': 4 },
          { $set: { _id: 200 } as never },
          { upsert: true },
        ),
        await things.find().sort({ _id: 1 }).toArray(),
      ];
    },
  },
  {
    name: 'replaceOne keeps the _id and its place',
    run: async ({ db }) => {
      const things = db.collection<{ _id: number; a?: number; z?: number }>('things');
      await things.insertMany([
        { _id: 1, a: 1 },
        { _id: 2, a: 2 },
      ]);
      return [
        await things.replaceOne({ _id: 1 }, { z: 1 }),
        await things.find().toArray(),
        await failure(() => things.replaceOne({ _id: 1 }, { _id: 9, a: 1 } as never)),
      ];
    },
  },
  {
    name: 'update operators on nested fields and arrays',
    run: async ({ db }) => {
      const things = db.collection<Record<string, unknown> & { _id: number }>('things');
      await things.insertOne({
        _id: 1,
        a: { b: 1 },
        list: [1, 2, 3],
        rows: [
          { k: 1, v: 1 },
          { k: 2, v: 2 },
        ],
      });
      await things.updateOne({ _id: 1 }, {
        $set: { 'a.c.d': 2 },
        $push: { list: { $each: [5, 4], $sort: 1, $slice: -4 } },
      } as never);
      await things.updateOne({ _id: 1, 'rows.k': 2 }, { $set: { 'rows.$.v': 20 } });
      await things.updateOne({ _id: 1 }, { $inc: { 'rows.$[r].v': 5 } } as never, {
        arrayFilters: [{ 'r.k': 1 }],
      });
      await things.updateOne({ _id: 1 }, {
        $addToSet: { list: { $each: [5, 6] } },
        $unset: { 'a.b': '' },
      } as never);
      await things.updateOne({ _id: 1 }, { $pull: { list: { $lt: 4 } }, $rename: { a: 'renamed' } } as never);
      return things.findOne({ _id: 1 });
    },
  },
  {
    name: 'an update with a pipeline',
    run: async ({ db }) => {
      const things = db.collection<{ _id: number; price: number; quantity: number }>('things');
      await things.insertMany([
        { _id: 1, price: 2, quantity: 3 },
        { _id: 2, price: 5, quantity: 1 },
      ]);
      const result = await things.updateMany({}, [
        { $set: { total: { $multiply: ['$price', '$quantity'] } } },
        { $unset: 'price' },
      ]);
      return [result, await things.find().sort({ _id: 1 }).toArray()];
    },
  },
  {
    name: 'numeric types are kept and promoted as mongod does',
    run: async ({ db }) => {
      const things = db.collection('things', { promoteValues: false, promoteLongs: false });
      await things.insertOne({
        _id: 1 as never,
        int: new Int32(5),
        double: new Double(5),
        long: Long.fromNumber(5),
        decimal: Decimal128.fromString('5.10'),
        edge: new Int32(2147483647),
      });
      await things.updateOne(
        {},
        { $inc: { int: 1, double: 1, long: 1, decimal: 1, edge: 1 }, $mul: { fresh: 2 } },
      );
      return things.findOne({});
    },
  },
  {
    name: 'update mistakes',
    run: async ({ db }) => {
      const things = db.collection<Record<string, unknown> & { _id: number }>('things');
      await things.insertOne({ _id: 1, s: 'text', a: [1] });
      return [
        await failure(() => things.updateOne({ _id: 1 }, { $inc: { s: 1 } } as never)),
        await failure(() => things.updateOne({ _id: 1 }, { $set: { x: 1 }, $inc: { x: 1 } } as never)),
        await failure(() => things.updateOne({ _id: 1 }, { $set: { _id: 2 } })),
        await failure(() => things.updateOne({ _id: 1 }, { $push: { s: 1 } } as never)),
        await failure(() => things.updateOne({ _id: 1 }, { $set: { 's.t': 1 } })),
        await failure(() => things.updateOne({ _id: 1 }, { $nope: { x: 1 } })),
        await failure(() => things.updateOne({ _id: 1 }, { $set: { 'a.$': 1 } })),
        await things.findOne({ _id: 1 }),
      ];
    },
  },
  {
    name: 'deleteOne and deleteMany',
    run: async ({ db }) => {
      const things = db.collection<{ _id: number; a: number }>('things');
      await things.insertMany([1, 2, 3, 4].map((_id) => ({ _id, a: _id % 2 })));
      return [
        await things.deleteOne({ a: 1 }),
        await things.deleteMany({ a: 0 }),
        await things.deleteOne({ _id: 77 }),
        await things.find().toArray(),
      ];
    },
  },
  {
    name: 'reading and deleting where nothing is',
    run: async ({ db }) => [
      await db.collection('none').findOne({}),
      await db.collection('none').find().toArray(),
      await db.collection('none').countDocuments(),
      await db.collection('none').estimatedDocumentCount(),
      await db.collection('none').distinct('x'),
      await db.collection('none').deleteMany({}),
      await db.collection('none').updateMany({}, { $set: { a: 1 } }),
      await db.collection('none').findOneAndDelete({}),
      await db.listCollections().toArray(),
    ],
  },
  {
    name: 'field order stays, in documents and inside of them',
    run: async ({ db }) => {
      const things = db.collection('things', { raw: false });
      await things.insertOne({ _id: 1 as never, z: 1, a: { y: 1, b: { x: 1, c: 2 } }, m: 3 });
      await things.updateOne({}, { $set: { 'a.b.d': 1, k: 1, z: 2 } });
      return JSON.stringify(await things.findOne({}));
    },
  },
  {
    name: 'filters over types, nulls and arrays',
    run: async ({ db }) => {
      const things = db.collection<Record<string, unknown> & { _id: number }>('things');
      await things.insertMany([
        { _id: 1, v: null },
        { _id: 2 },
        { _id: 3, v: 1 },
        { _id: 4, v: '1' },
        { _id: 5, v: [1, 'x', { k: 2 }] },
        { _id: 6, v: { k: 2 } },
        { _id: 7, v: 1.5 },
        { _id: 8, v: new Date(5) },
        { _id: 9, v: [] },
        { _id: 10, v: [[1]] },
      ]);
      const filters: Record<string, unknown>[] = [
        { v: null },
        { v: { $exists: false } },
        { v: 1 },
        { v: { $gt: 0 } },
        { v: { $gte: '0' } },
        { v: { $in: [1, null, 'x'] } },
        { v: { $nin: [1, null] } },
        { v: { $ne: 1 } },
        { v: { $type: 'number' } },
        { v: { $type: 'array' } },
        { v: { $size: 0 } },
        { 'v.k': 2 },
        { 'v.0': 1 },
        { v: { $all: [1, 'x'] } },
        { v: { $elemMatch: { $gt: 0 } } },
        { v: [1] },
        { v: { k: 2 } },
        { v: { $not: { $gt: 1 } } },
        { $or: [{ v: '1' }, { _id: 2 }] },
        { $nor: [{ v: 1 }, { v: null }] },
        { v: /^1/ },
        { v: { $mod: [1, 0] } },
        { $expr: { $gt: ['$_id', 8] } },
        { _id: { $in: [2, 4, 99] } },
      ];
      const results = [];
      for (const filter of filters) {
        results.push((await things.find(filter).sort({ _id: 1 }).toArray()).map((each) => each._id));
      }
      return results;
    },
  },
  {
    name: 'filter mistakes',
    run: async ({ db }) => {
      await db.collection('things').insertOne({ a: 1 });
      return [
        await failure(() => db.collection('things').findOne({ a: { $nope: 1 } })),
        await failure(() => db.collection('things').findOne({ $nope: 1 })),
        await failure(() => db.collection('things').findOne({ $and: [] })),
        await failure(() => db.collection('things').findOne({ a: { $in: 1 } })),
        await failure(() => db.collection('things').deleteMany({ $or: 'x' } as never)),
      ];
    },
  },
];

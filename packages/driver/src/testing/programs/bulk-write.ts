import { failure, type Program } from './program';

interface Item {
  _id: number;
  n?: number;
  s?: string;
}

export const bulkWritePrograms: readonly Program[] = [
  {
    name: 'bulkWrite with every kind of operation',
    run: async ({ db }) => {
      const items = db.collection<Item>('items');
      const result = await items.bulkWrite([
        { insertOne: { document: { _id: 1, n: 1 } } },
        { insertOne: { document: { _id: 2, n: 2 } } },
        { updateOne: { filter: { _id: 1 }, update: { $inc: { n: 10 } } } },
        { updateMany: { filter: {}, update: { $set: { s: 'all' } } } },
        { replaceOne: { filter: { _id: 2 }, replacement: { n: 20 } } },
        { updateOne: { filter: { _id: 3 }, update: { $set: { n: 3 } }, upsert: true } },
        { deleteOne: { filter: { _id: 1 } } },
        { deleteMany: { filter: { n: { $gt: 100 } } } },
      ]);
      const {
        insertedCount,
        matchedCount,
        modifiedCount,
        deletedCount,
        upsertedCount,
        upsertedIds,
        insertedIds,
      } = result;
      return [
        { insertedCount, matchedCount, modifiedCount, deletedCount, upsertedCount, upsertedIds, insertedIds },
        await items.find().sort({ _id: 1 }).toArray(),
      ];
    },
  },
  {
    name: 'an ordered bulkWrite stops at the first error',
    run: async ({ db }) => {
      const items = db.collection<Item>('items');
      const error = await failure(() =>
        items.bulkWrite([
          { insertOne: { document: { _id: 1 } } },
          { insertOne: { document: { _id: 1 } } },
          { insertOne: { document: { _id: 2 } } },
        ]),
      );
      return [error, await items.find().toArray()];
    },
  },
  {
    name: 'an unordered bulkWrite goes on',
    run: async ({ db }) => {
      const items = db.collection<Item>('items');
      const error = await failure(() =>
        items.bulkWrite(
          [
            { insertOne: { document: { _id: 1 } } },
            { insertOne: { document: { _id: 1 } } },
            { insertOne: { document: { _id: 2 } } },
            { updateOne: { filter: { _id: 2 }, update: { $inc: { s: 1 } as never } } },
            { updateOne: { filter: { _id: 2 }, update: { $set: { n: 5 } } } },
          ],
          { ordered: false },
        ),
      );
      return [error, await items.find().sort({ _id: 1 }).toArray()];
    },
  },
  {
    name: 'one hundred updates of one document in one bulk',
    run: async ({ db }) => {
      const items = db.collection<Item>('items');
      await items.insertOne({ _id: 1, n: 0 });
      const updates = Array.from({ length: 100 }, () => ({
        updateOne: { filter: { _id: 1 }, update: { $inc: { n: 1 } } },
      }));
      const { matchedCount, modifiedCount } = await items.bulkWrite(updates);
      return [matchedCount, modifiedCount, await items.findOne({ _id: 1 })];
    },
  },
  {
    name: 'the old bulk interface',
    run: async ({ db }) => {
      const items = db.collection<Item>('items');
      const bulk = items.initializeUnorderedBulkOp();
      for (let i = 0; i < 250; i++) bulk.insert({ _id: i, n: i % 5 });
      bulk.find({ n: 3 }).update({ $set: { s: 'three' } });
      bulk.find({ n: 4 }).delete();
      bulk
        .find({ _id: 1000 })
        .upsert()
        .updateOne({ $set: { n: 9 } });
      const { insertedCount, modifiedCount, deletedCount, upsertedCount } = await bulk.execute();
      return [
        insertedCount,
        modifiedCount,
        deletedCount,
        upsertedCount,
        await items.countDocuments({ s: 'three' }),
      ];
    },
  },
  {
    name: 'ten thousand documents in one insertMany',
    run: async ({ db }) => {
      const items = db.collection<Item>('items');
      const { insertedCount } = await items.insertMany(
        Array.from({ length: 10_000 }, (_, _id) => ({ _id, n: _id % 7, s: 'x'.repeat(_id % 50) })),
      );
      return [insertedCount, await items.countDocuments({ n: 3 }), await items.findOne({ _id: 9_999 })];
    },
  },
];

import { failure, type Program } from './program';

interface Line {
  readonly _id: number;
  readonly text?: string;
}

export const cappedPrograms: readonly Program[] = [
  {
    name: 'a capped collection keeps its newest documents',
    run: async ({ db }) => {
      const lines = await db.createCollection<Line>('lines', { capped: true, size: 4096, max: 3 });
      const seen: unknown[] = [];
      for (let i = 1; i <= 5; i++) {
        await lines.insertOne({ _id: i });
        seen.push(await lines.find().toArray());
      }
      await lines.insertMany([{ _id: 6 }, { _id: 7 }, { _id: 8 }, { _id: 9 }]);
      seen.push(await lines.find().toArray(), await lines.countDocuments());
      await lines.insertOne({ _id: 10, text: 'x'.repeat(4000) });
      seen.push(await lines.find({}, { projection: { _id: 1 } }).toArray());
      await lines.updateOne({ _id: 10 }, { $set: { text: 'short' } });
      await lines.insertOne({ _id: 11 });
      await lines.deleteOne({ _id: 10 });
      seen.push(
        await lines.find().sort({ $natural: -1 }).toArray(),
        await failure(() => lines.insertOne({ _id: 11 })),
        await lines.isCapped(),
        await lines.options(),
      );
      return seen;
    },
  },
  {
    name: 'a collection becomes capped',
    run: async ({ db }) => {
      const lines = db.collection<Line>('lines');
      await lines.insertMany([1, 2, 3, 4, 5].map((_id) => ({ _id, text: 'x'.repeat(900) })));
      await db.command({ convertToCapped: 'lines', size: 2048 });
      return [
        await lines.find({}, { projection: { _id: 1 } }).toArray(),
        await lines.options(),
        await db
          .collection('copy')
          .find({}, { projection: { _id: 1 } })
          .toArray(),
        await failure(() => db.command({ convertToCapped: 'nothing', size: 2048 })),
      ];
    },
  },
  {
    name: 'tailing a capped collection',
    run: async ({ db }) => {
      const lines = await db.createCollection<Line>('lines', { capped: true, size: 4096, max: 5 });
      await lines.insertMany([{ _id: 1 }, { _id: 2 }]);
      const cursor = lines.find({ _id: { $ne: 4 } }, { tailable: true, awaitData: true, maxAwaitTimeMS: 50 });
      const seen: unknown[] = [await cursor.next(), await cursor.next(), await cursor.tryNext()];
      await lines.insertMany([{ _id: 3 }, { _id: 4 }]);
      await lines.insertOne({ _id: 5 });
      seen.push(await cursor.next(), await cursor.next());
      await lines.insertMany([6, 7, 8, 9, 10, 11].map((_id) => ({ _id })));
      seen.push(await failure(() => cursor.next()));
      await cursor.close();
      const plain = db.collection('plain');
      await plain.insertOne({ a: 1 });
      for (const name of ['plain', 'absent']) {
        seen.push(await failure(() => db.collection(name).find({}, { tailable: true }).toArray()));
      }
      return seen;
    },
  },
  {
    name: 'a clustered collection is in the order of _id',
    run: async ({ db }) => {
      const lines = await db.createCollection<Line>('lines', {
        clusteredIndex: { key: { _id: 1 }, unique: true },
      });
      await lines.insertMany([{ _id: 3 }, { _id: 1 }, { _id: 2 }]);
      return [
        await lines.find().toArray(),
        await lines.find().sort({ $natural: -1 }).toArray(),
        await lines.indexes(),
        await failure(() => lines.insertOne({ _id: 2 })),
        await lines.deleteOne({ _id: 1 }),
        await lines.find().toArray(),
      ];
    },
  },
];

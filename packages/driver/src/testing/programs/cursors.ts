import { failure, type Program } from './program';

interface Row {
  _id: number;
  k: number;
  s: string;
  tags?: string[];
}

const rows = (count: number): Row[] =>
  Array.from({ length: count }, (_, _id) => ({ _id, k: (_id * 7) % 10, s: `row ${_id % 4}` }));

export const cursorPrograms: readonly Program[] = [
  {
    name: 'find comes in insertion order',
    run: async ({ db }) => {
      const table = db.collection<Row>('table');
      const shuffled = [5, 3, 9, 1, 7].map((_id) => ({ _id, k: _id, s: '' }));
      await table.insertMany(shuffled);
      await table.deleteOne({ _id: 9 });
      await table.updateOne({ _id: 3 }, { $set: { s: 'changed' } });
      await table.insertOne({ _id: 9, k: 0, s: 'again' });
      return [
        (await table.find().toArray()).map((row) => row._id),
        (await table.find().sort({ $natural: -1 }).toArray()).map((row) => row._id),
      ];
    },
  },
  {
    name: 'sort, skip, limit and projection',
    run: async ({ db }) => {
      const table = db.collection<Row>('table');
      await table.insertMany(rows(100));
      return [
        await table
          .find({ k: { $gte: 5 } })
          .sort({ k: -1, _id: 1 })
          .skip(3)
          .limit(7)
          .toArray(),
        await table
          .find({ _id: { $lt: 3 } })
          .project({ s: 1 })
          .toArray(),
        await table
          .find({ _id: { $lt: 3 } })
          .project({ s: 0, _id: 0 })
          .toArray(),
        await table.find({ _id: { $lt: 3 } }, { projection: { double: { $multiply: ['$k', 2] } } }).toArray(),
        await table.find().sort({ s: 1, k: 1, _id: -1 }).limit(5).toArray(),
      ];
    },
  },
  {
    name: 'sorting by arrays, nulls and mixed types',
    run: async ({ db }) => {
      const table = db.collection<{ _id: number; v?: unknown }>('table');
      await table.insertMany([
        { _id: 1, v: [3, 1] },
        { _id: 2, v: 2 },
        { _id: 3, v: 'a' },
        { _id: 4, v: null },
        { _id: 5 },
        { _id: 6, v: [] },
        { _id: 7, v: { a: 1 } },
        { _id: 8, v: true },
        { _id: 9, v: new Date(1) },
      ]);
      return [
        (await table.find().sort({ v: 1, _id: 1 }).toArray()).map((row) => row._id),
        (await table.find().sort({ v: -1, _id: 1 }).toArray()).map((row) => row._id),
      ];
    },
  },
  {
    name: 'batches',
    run: async ({ db }) => {
      const table = db.collection<Row>('table');
      await table.insertMany(rows(350));
      const seen: number[] = [];
      for await (const row of table.find({}, { batchSize: 17 })) seen.push(row._id);
      const first = await db.command({ find: 'table', batchSize: 5 });
      const more = await db.command({ getMore: first['cursor'].id, collection: 'table', batchSize: 3 });
      await db.command({ killCursors: 'table', cursors: [first['cursor'].id] });
      const gone = await failure(() => db.command({ getMore: first['cursor'].id, collection: 'table' }));
      return [
        seen.length,
        seen.every((id, i) => id === i),
        first['cursor'].firstBatch.length,
        more['cursor'].nextBatch.map((row: Row) => row._id),
        first['cursor'].ns.endsWith('.table'),
        gone,
      ];
    },
  },
  {
    name: 'a cursor shows every document once while others write',
    run: async ({ db }) => {
      const table = db.collection<Row>('table');
      await table.insertMany(rows(200));
      const cursor = table.find({ _id: { $lt: 200 } }, { batchSize: 10 }).sort({ _id: 1 });
      const seen = [];
      for await (const row of cursor) {
        seen.push(row._id);
        if (row._id === 50) await table.updateOne({ _id: 3 }, { $set: { s: 'late' } });
      }
      return seen.length;
    },
  },
  {
    name: 'next, hasNext, forEach, map, count, distinct',
    run: async ({ db }) => {
      const table = db.collection<Row>('table');
      await table.insertMany(
        rows(20).map((row) => ({ ...row, tags: row._id % 2 === 0 ? ['even', row.s] : ['odd'] })),
      );
      const cursor = table.find({ k: { $lt: 3 } }).sort({ _id: 1 });
      const some = [await cursor.hasNext(), await cursor.next(), await cursor.next()];
      await cursor.close();
      const mapped = await table
        .find({ _id: { $lte: 2 } })
        .map((row) => row.s)
        .toArray();
      return [
        some,
        mapped,
        await table.countDocuments({ k: 1 }),
        await table.countDocuments({ k: { $gt: 1 } }, { skip: 2, limit: 5 }),
        await table.estimatedDocumentCount(),
        (await table.distinct('s')).sort(),
        (await table.distinct('tags', { _id: { $lt: 5 } })).sort(),
        (await table.distinct('k', { s: 'row 1' })).sort(),
      ];
    },
  },
  {
    name: 'projections of arrays',
    run: async ({ db }) => {
      const table = db.collection<Record<string, unknown> & { _id: number }>('table');
      await table.insertOne({
        _id: 1,
        list: [1, 2, 3, 4],
        rows: [
          { a: 1, b: 1 },
          { a: 2, b: 2 },
          { a: 2, b: 3 },
        ],
        o: { x: 1, y: 2 },
      });
      return [
        await table.findOne({}, { projection: { list: { $slice: 2 } } }),
        await table.findOne({}, { projection: { list: { $slice: [-3, 2] }, rows: 0 } }),
        await table.findOne({}, { projection: { rows: { $elemMatch: { a: 2 } } } }),
        await table.findOne({ 'rows.a': 2 }, { projection: { 'rows.$': 1 } }),
        await table.findOne({}, { projection: { 'rows.b': 1, 'o.x': 1 } }),
        await table.findOne({}, { projection: { 'rows.b': 0, 'o.x': 0 } }),
        await failure(() => table.findOne({}, { projection: { a: 1, b: 0 } })),
      ];
    },
  },
];

import { failure, type Program, type Stage } from './program';

async function shop({ db }: Stage): Promise<void> {
  await db.collection<Record<string, unknown> & { _id: number }>('orders').insertMany([
    {
      _id: 1,
      customer: 'a',
      amount: 10,
      items: [
        { sku: 'x', qty: 1 },
        { sku: 'y', qty: 2 },
      ],
      at: new Date('2026-01-05T10:00:00Z'),
    },
    {
      _id: 2,
      customer: 'b',
      amount: 20.5,
      items: [{ sku: 'y', qty: 5 }],
      at: new Date('2026-01-20T23:30:00Z'),
    },
    { _id: 3, customer: 'a', amount: 30, items: [], at: new Date('2026-02-01T00:00:00Z') },
    { _id: 4, customer: 'c', amount: 5, items: [{ sku: 'z', qty: 1 }], at: new Date('2026-02-10T12:00:00Z') },
    { _id: 5, customer: 'b', amount: 0, at: new Date('2026-03-10T12:00:00Z') },
  ]);
  await db.collection<Record<string, unknown> & { _id: string }>('customers').insertMany([
    { _id: 'a', name: 'Ada', city: 'London' },
    { _id: 'b', name: 'Bob', city: 'Paris' },
  ]);
}

function pipeline(name: string, stages: Record<string, unknown>[], collection = 'orders'): Program {
  return {
    name,
    run: async (stage) => {
      await shop(stage);
      return failure(() => stage.db.collection(collection).aggregate(stages).toArray());
    },
  };
}

export const aggregationPrograms: readonly Program[] = [
  pipeline('match, project and sort', [
    { $match: { amount: { $gt: 5 } } },
    { $project: { customer: 1, tax: { $multiply: ['$amount', 0.2] }, month: { $month: '$at' } } },
    { $sort: { tax: -1 } },
  ]),
  pipeline('group with every common accumulator', [
    {
      $group: {
        _id: '$customer',
        n: { $sum: 1 },
        total: { $sum: '$amount' },
        mean: { $avg: '$amount' },
        least: { $min: '$amount' },
        most: { $max: '$amount' },
        first: { $first: '$_id' },
        last: { $last: '$_id' },
        all: { $push: '$_id' },
      },
    },
    { $sort: { _id: 1 } },
  ]),
  pipeline('group into nothing and count', [{ $match: { amount: { $gte: 10 } } }, { $count: 'n' }]),
  pipeline('unwind', [
    { $unwind: { path: '$items', includeArrayIndex: 'i', preserveNullAndEmptyArrays: true } },
    { $sort: { _id: 1, i: 1 } },
    { $project: { at: 0 } },
  ]),
  pipeline('unwind and group', [
    { $unwind: '$items' },
    { $group: { _id: '$items.sku', quantity: { $sum: '$items.qty' } } },
    { $sort: { quantity: -1, _id: 1 } },
  ]),
  pipeline('lookup by equality', [
    { $lookup: { from: 'customers', localField: 'customer', foreignField: '_id', as: 'who' } },
    { $project: { who: 1 } },
    { $sort: { _id: 1 } },
  ]),
  pipeline(
    'lookup with a pipeline',
    [
      {
        $lookup: {
          from: 'orders',
          let: { id: '$_id' },
          pipeline: [
            { $match: { $expr: { $eq: ['$customer', '$$id'] } } },
            { $project: { amount: 1 } },
            { $sort: { _id: 1 } },
          ],
          as: 'orders',
        },
      },
      { $sort: { _id: 1 } },
    ],
    'customers',
  ),
  pipeline('addFields, replaceRoot and conditions', [
    {
      $addFields: {
        size: { $cond: [{ $gte: ['$amount', 20] }, 'big', 'small'] },
        lines: { $size: { $ifNull: ['$items', []] } },
      },
    },
    { $replaceRoot: { newRoot: { id: '$_id', size: '$size', lines: '$lines' } } },
    { $sort: { id: 1 } },
  ]),
  pipeline('facet and bucket', [
    {
      $facet: {
        sizes: [
          {
            $bucket: {
              groupBy: '$amount',
              boundaries: [0, 10, 25],
              default: 'more',
              output: { n: { $sum: 1 } },
            },
          },
        ],
        customers: [{ $sortByCount: '$customer' }, { $sort: { count: -1, _id: 1 } }],
      },
    },
  ]),
  pipeline('dates as strings, in zones', [
    { $sort: { _id: 1 } },
    {
      $project: {
        day: { $dateToString: { date: '$at', format: '%Y-%m-%d %H:%M', timezone: 'Europe/Paris' } },
        week: { $isoWeek: '$at' },
      },
    },
  ]),
  pipeline('array and string expressions', [
    { $match: { _id: { $lte: 2 } } },
    { $sort: { _id: 1 } },
    {
      $project: {
        skus: { $map: { input: '$items', as: 'i', in: { $toUpper: '$$i.sku' } } },
        many: { $filter: { input: '$items', cond: { $gt: ['$$this.qty', 1] } } },
        sum: { $reduce: { input: '$items', initialValue: 0, in: { $add: ['$$value', '$$this.qty'] } } },
        label: { $concat: ['#', { $toString: '$_id' }, '/', '$customer'] },
      },
    },
  ]),
  pipeline('unionWith', [
    { $project: { _id: 1 } },
    { $unionWith: { coll: 'customers', pipeline: [{ $project: { _id: 1 } }] } },
    { $group: { _id: null, n: { $sum: 1 } } },
  ]),
  pipeline('skip and limit', [
    { $sort: { amount: 1 } },
    { $skip: 1 },
    { $limit: 2 },
    { $project: { amount: 1 } },
  ]),
  pipeline('an unknown stage', [{ $nope: {} }]),
  pipeline('an unknown expression', [{ $project: { x: { $nope: 1 } } }]),
  pipeline('division by zero', [{ $project: { x: { $divide: [1, 0] } } }]),
  pipeline('a stage with two fields', [{ $match: {}, $limit: 1 }]),
  {
    name: 'out replaces a collection',
    run: async (stage) => {
      await shop(stage);
      const { db } = stage;
      await db.collection<{ _id: string }>('totals').insertOne({ _id: 'stale' });
      await db
        .collection('orders')
        .aggregate([{ $group: { _id: '$customer', total: { $sum: '$amount' } } }, { $out: 'totals' }])
        .toArray();
      return db.collection('totals').find().sort({ _id: 1 }).toArray();
    },
  },
  {
    name: 'merge into a collection',
    run: async (stage) => {
      await shop(stage);
      const { db } = stage;
      await db
        .collection('orders')
        .aggregate([
          { $group: { _id: '$customer', total: { $sum: '$amount' } } },
          { $merge: { into: 'customers', whenMatched: 'merge', whenNotMatched: 'insert' } },
        ])
        .toArray();
      return db.collection('customers').find().sort({ _id: 1 }).toArray();
    },
  },
  {
    name: 'batches of an aggregation',
    run: async ({ db }) => {
      await db
        .collection<{ _id: number }>('many')
        .insertMany(Array.from({ length: 500 }, (_, _id) => ({ _id })));
      let sum = 0;
      for await (const row of db
        .collection('many')
        .aggregate([{ $addFields: { d: { $add: ['$_id', 1] } } }], { batchSize: 33 })) {
        sum += row['d'] as number;
      }
      return sum;
    },
  },
  {
    name: 'let variables',
    run: async (stage) => {
      await shop(stage);
      return stage.db
        .collection('orders')
        .aggregate(
          [
            { $match: { $expr: { $gt: ['$amount', '$$least'] } } },
            { $sort: { _id: 1 } },
            { $project: { _id: 1 } },
          ],
          { let: { least: 15 } },
        )
        .toArray();
    },
  },
];

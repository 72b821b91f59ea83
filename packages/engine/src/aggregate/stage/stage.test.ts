import { Double, Long, type Value } from '@argon/bson';
import { describe, expect, it } from 'vitest';
import { CommandError } from '../../handler/errors';
import { compilePipeline } from '../pipeline';
import { aggregate, valueOf } from '../testing/evaluate';

const DOCUMENTS = [
  { _id: 1, g: 'a', v: 1, x: [1, 2] },
  { _id: 2, g: 'b', v: new Double(2), x: [] },
  { _id: 3, g: 'a', v: Long.fromNumber(3) },
  { _id: 4, v: null, x: 5 },
];

const GREAT = [{ case: { $eq: ['$_id', 1] }, then: Long.MAX_VALUE }];

async function codeOf(pipeline: readonly unknown[]): Promise<unknown> {
  try {
    return await aggregate(pipeline, DOCUMENTS);
  } catch (error) {
    if (error instanceof CommandError) return error.mongoCode;
    throw error;
  }
}

const env = { namespace: { database: 'd', collection: 'c' }, now: new Date(0), async *scan() {} };

describe('results', () => {
  const rows: readonly (readonly [readonly unknown[], readonly unknown[]])[] = [
    [[{ $project: { n: '$g', x: 1, _id: 0 } }, { $limit: 1 }], [{ x: [1, 2], n: 'a' }]],
    [
      [{ $match: { _id: 1 } }, { $addFields: { 'x.y': '$g' } }],
      [{ _id: 1, g: 'a', v: 1, x: [{ y: 'a' }, { y: 'a' }] }],
    ],
    [
      [
        { $match: { _id: 2 } },
        { $unwind: { path: '$x', preserveNullAndEmptyArrays: true, includeArrayIndex: 'x' } },
      ],
      [{ _id: 2, g: 'b', v: new Double(2), x: null }],
    ],
    [
      [
        { $match: { _id: { $lt: 3 } } },
        { $set: { v: { $cond: [{ $eq: ['$_id', 1] }, NaN, '$v'] } } },
        {
          $setWindowFields: {
            sortBy: { _id: 1 },
            output: {
              c: { $covariancePop: ['$v', '$_id'], window: { documents: [-1, 0] } },
              i: { $integral: { input: '$v' }, window: { documents: [0, 0] } },
            },
          },
        },
        { $project: { c: 1, i: 1 } },
      ],
      [
        { _id: 1, c: null, i: NaN },
        { _id: 2, c: new Double(0), i: 0 },
      ],
    ],
    [
      [
        { $match: { _id: { $lt: 3 } } },
        {
          $setWindowFields: {
            sortBy: { _id: 1 },
            output: {
              n: { $integral: { input: '$v' }, window: { documents: [1, 1] } },
              d: { $stdDevSamp: '$v', window: { documents: [1, 1] } },
              e: { $stdDevPop: '$v', window: { documents: [0, 0] } },
            },
          },
        },
        { $project: { n: 1, d: 1, e: 1 } },
      ],
      [
        { _id: 1, n: 0, d: null, e: 0 },
        { _id: 2, n: null, d: -0, e: 0 },
      ],
    ],
    [
      // What a great integer in the window swallowed does not come back with its leaving alone.
      [
        { $match: { _id: { $lt: 4 } } },
        { $set: { v: { $switch: { branches: GREAT, default: -2.5 } } } },
        {
          $setWindowFields: {
            sortBy: { _id: 1 },
            output: {
              s: { $sum: '$v', window: { documents: [0, 1] } },
              a: { $avg: '$v', window: { documents: ['current', 'unbounded'] } },
            },
          },
        },
        { $project: { s: 1, a: 1 } },
      ],
      [
        { _id: 1, s: 2 ** 63, a: 2 ** 63 / 3 },
        { _id: 2, s: new Double(0), a: new Double(0) },
        { _id: 3, s: -2.5, a: -2.5 },
      ],
    ],
    [
      [
        { $match: { _id: { $lt: 4 } } },
        { $set: { v: { $cond: [{ $eq: ['$_id', 2] }, 7, { $multiply: ['$v', 0] }] } } },
        {
          $setWindowFields: {
            sortBy: { _id: 1 },
            output: { m: { $maxN: { n: 2, input: '$v' }, window: { documents: [0, 2] } } },
          },
        },
        { $limit: 1 },
        { $project: { m: 1 } },
      ],
      [{ _id: 1, m: [7, Long.fromNumber(0)] }],
    ],
    [
      [
        { $set: { v: { $cond: [{ $eq: ['$_id', 1] }, Infinity, '$v'] } } },
        {
          $setWindowFields: {
            sortBy: { _id: 1 },
            output: { s: { $sum: '$v', window: { documents: [0, 1] } } },
          },
        },
        { $project: { s: 1 } },
      ],
      [
        { _id: 1, s: Infinity },
        { _id: 2, s: new Double(5) },
        { _id: 3, s: 3 },
        { _id: 4, s: 0 },
      ],
    ],
    [
      [
        {
          $setWindowFields: {
            sortBy: { _id: 1 },
            output: { n: { $sum: '$v', window: { documents: [0, 0] } } },
          },
        },
        { $skip: 2 },
        { $project: { n: 1 } },
      ],
      [
        { _id: 3, n: 3 },
        { _id: 4, n: 0 },
      ],
    ],
    [
      [{ $group: { _id: '$g', n: { $sum: '$v' } } }, { $sort: { _id: -1 } }, { $limit: 2 }],
      [
        { _id: 'b', n: new Double(2) },
        { _id: 'a', n: Long.fromNumber(4) },
      ],
    ],
    [
      [
        { $group: { _id: { g: '$g', x: '$nothing' }, n: { $count: {} } } },
        { $sort: { n: -1 } },
        { $limit: 1 },
      ],
      [{ _id: { g: 'a' }, n: 2 }],
    ],
    [
      [{ $unwind: { path: '$x', includeArrayIndex: 'i' } }, { $project: { x: 1, i: 1 } }],
      [
        { _id: 1, x: 1, i: Long.fromNumber(0) },
        { _id: 1, x: 2, i: Long.fromNumber(1) },
        { _id: 4, x: 5, i: null },
      ],
    ],
    [
      [{ $bucket: { groupBy: '$_id', boundaries: [0, 2], default: 'more' } }],
      [
        { _id: 0, count: 1 },
        { _id: 'more', count: 3 },
      ],
    ],
    [
      [{ $bucketAuto: { groupBy: '$_id', buckets: 2 } }],
      [
        { _id: { min: 1, max: 3 }, count: 2 },
        { _id: { min: 3, max: 4 }, count: 2 },
      ],
    ],
    [[{ $facet: { a: [{ $count: 'n' }], b: [{ $match: { _id: 9 } }] } }], [{ a: [{ n: 4 }], b: [] }]],
    [[{ $sortByCount: '$g' }, { $limit: 1 }], [{ _id: 'a', count: 2 }]],
    [
      [
        {
          $setWindowFields: {
            sortBy: { _id: 1 },
            output: { w: { $sum: '$_id', window: { documents: [-1, 0] } } },
          },
        },
        { $project: { w: 1 } },
      ],
      [
        { _id: 1, w: 1 },
        { _id: 2, w: 3 },
        { _id: 3, w: 5 },
        { _id: 4, w: 7 },
      ],
    ],
    [
      [
        { $match: { _id: { $in: [1, 4] } } },
        { $project: { _id: 1 } },
        { $densify: { field: '_id', range: { step: 2, bounds: 'full' } } },
      ],
      [{ _id: 1 }, { _id: 3 }, { _id: 4 }],
    ],
    [
      [{ $fill: { sortBy: { _id: 1 }, output: { v: { method: 'locf' } } } }, { $match: { _id: 4 } }],
      [{ _id: 4, v: Long.fromNumber(3), x: 5 }],
    ],
    [[{ $redact: { $cond: [{ $eq: ['$g', 'a'] }, '$$KEEP', '$$PRUNE'] } }, { $count: 'n' }], [{ n: 2 }]],
    [
      [
        { $lookup: { from: 'other', localField: 'g', foreignField: 'k', as: 'r' } },
        { $project: { r: '$r._id' } },
      ],
      [
        { _id: 1, r: [10] },
        { _id: 2, r: [11] },
        { _id: 3, r: [10] },
        { _id: 4, r: [12] },
      ],
    ],
    [
      [
        { $limit: 1 },
        {
          $lookup: {
            from: 'other',
            let: { id: '$_id' },
            pipeline: [{ $match: { $expr: { $eq: ['$n', '$$id'] } } }],
            as: 'r',
          },
        },
        { $project: { r: '$r._id' } },
      ],
      [{ _id: 1, r: [11] }],
    ],
    [
      [
        { $limit: 1 },
        {
          $graphLookup: {
            from: 'other',
            startWith: '$g',
            connectFromField: 'next',
            connectToField: 'k',
            as: 'r',
            depthField: 'd',
          },
        },
        { $project: { r: ['$r._id', '$r.d'] } },
      ],
      [
        {
          _id: 1,
          r: [
            [10, 11],
            [Long.fromNumber(0), Long.fromNumber(1)],
          ],
        },
      ],
    ],
    [[{ $unionWith: { coll: 'other', pipeline: [{ $limit: 1 }] } }, { $count: 'n' }], [{ n: 5 }]],
  ];
  const other = [{ _id: 10, k: 'a', next: 'b' }, { _id: 11, k: ['b'], n: 1 }, { _id: 12 }];

  it.each(rows)('%j', async (pipeline, expected) => {
    expect(await aggregate(pipeline, DOCUMENTS, { other })).toEqual(
      expected.map((document) => valueOf(document)),
    );
  });
});

describe('errors', () => {
  it.each([
    [[{ $nonsense: 1 }], 40324],
    [[{ $limit: 1, $skip: 1 }], 40323],
    [[{ $project: { a: 1, b: 0 } }], 31254],
    [[{ $project: { a: { $divide: [1, 0] } } }, { $nonsense: 1 }], 40324],
    [[{ $group: { n: { $sum: 1 } } }], 15955],
    [[{ $out: 'x' }, { $limit: 1 }], 40601],
    [[{ $facet: { a: [{ $out: 'x' }] } }], 40600],
    [[{ $lookup: { from: 'x', as: 'r' } }], 9],
    [[{ $merge: { into: 'x', whenMatched: 'fail', whenNotMatched: 'discard' } }], 51181],
    [[{ $geoNear: {} }], 5860400],
    [[{ $match: { $where: '1' } }], 2],
    [[{ $group: { _id: null, n: { $accumulator: {} } } }], 31264],
    // The least value sorts after the greatest, since an array sorts by its elements.
    [
      [
        { $match: { _id: { $lt: 3 } } },
        { $set: { v: { $cond: [{ $eq: ['$_id', 1] }, [], 'none'] } } },
        { $densify: { field: 'v', range: { step: 1.5, bounds: 'full' } } },
      ],
      5733201,
    ],
  ])('%j', async (pipeline, code) => {
    expect(await codeOf(pipeline)).toBe(code);
  });

  it('fails past the memory limit if it may not use the disk', async () => {
    const pipeline = compilePipeline([valueOf({ $sort: { _id: 1 } })], {
      ...env,
      allowDiskUse: false,
      memoryLimit: 10,
    });
    const run = async (): Promise<void> => {
      for await (const _ of pipeline.run(batch({ _id: 1, text: 'long enough' }))) void _;
    };
    await expect(run()).rejects.toMatchObject({ mongoCode: 292 });
  });
});

async function* batch(document: Record<string, unknown>): AsyncIterable<readonly Map<string, Value>[]> {
  yield [valueOf(document) as Map<string, Value>];
}

describe('what the command needs to know', () => {
  it('tells the leading stages as a find', () => {
    const { prefix } = compilePipeline(
      [{ $match: { a: 1 } }, { $match: { b: 2 } }, { $sort: { c: 1 } }, { $limit: 3 }, { $skip: 1 }].map(
        valueOf,
      ),
      env,
    );
    expect(prefix).toEqual({
      filter: valueOf({ $and: [{ a: 1 }, { b: 2 }] }),
      sort: valueOf({ c: 1 }),
      limit: 3,
      stages: 4,
      filterStages: 2,
    });
  });

  it('tells what to write, and how a $merge pipeline makes a document', () => {
    const { writes } = compilePipeline(
      [
        valueOf({
          $merge: { into: 'target', on: 'k', whenMatched: [{ $set: { n: { $add: ['$n', '$$new.n'] } } }] },
        }),
      ],
      env,
    );
    expect(writes).toMatchObject({ kind: 'merge', collection: 'target', on: ['k'], whenMatched: 'pipeline' });
    const update = writes?.kind === 'merge' ? writes.update : undefined;
    const [existing, incoming] = [{ n: 1 }, { n: 2 }].map(
      (document) => valueOf(document) as Map<string, Value>,
    );
    expect(update?.(existing!, incoming!)).toEqual(valueOf({ n: 3 }));
  });

  it('knows sources', () => {
    expect(
      compilePipeline([valueOf({ $documents: [{ a: 1 }] })], { ...env, namespace: { database: 'd' } })
        .startsWithoutSource,
    ).toBe(true);
  });
});

import { probes, type Probe } from './probe';

const sorted = { sort: { _id: 1 } };

/** A use of each query operator below a field's name. */
const FIELD_OPERATORS = {
  $all: ['a', [3]],
  $bitsAllClear: ['n', 2],
  $bitsAllSet: ['n', 1],
  $bitsAnyClear: ['n', 3],
  $bitsAnySet: ['n', [0, 1]],
  $elemMatch: ['a', { $gt: 2 }],
  $eq: ['n', 1],
  $exists: ['m', true],
  $geoIntersects: [
    'p',
    {
      $geometry: {
        type: 'Polygon',
        coordinates: [
          [
            [0, 0],
            [3, 0],
            [3, 3],
            [0, 3],
            [0, 0],
          ],
        ],
      },
    },
  ],
  $geoWithin: [
    'p',
    {
      $box: [
        [0, 0],
        [2, 2],
      ],
    },
  ],
  $gt: ['n', 1],
  $gte: ['n', 2],
  $in: ['n', [1, null]],
  $lt: ['n', 3],
  $lte: ['n', 2],
  $mod: ['n', [2, 1]],
  $ne: ['n', 1],
  $nin: ['n', [1]],
  $not: ['n', { $gt: 1 }],
  $regex: ['s', '^a'],
  $size: ['a', 2],
  $type: ['n', 'int'],
};

const TOP_LEVEL = {
  $alwaysFalse: 1,
  $alwaysTrue: 1,
  $and: [{ n: 1 }, { s: 'abc' }],
  $comment: 'why',
  $expr: { $gt: ['$n', 1] },
  $jsonSchema: { properties: { n: { bsonType: 'int' } } },
  $nor: [{ n: 1 }],
  $or: [{ n: 1 }, { n: 2 }],
  $sampleRate: 1,
  $where: 'true',
};

export const QUERY_PROBES: readonly Probe[] = [
  ...probes(FIELD_OPERATORS, (name, argument) => {
    const [field, operand] = argument as [string, unknown];
    return { find: 'c', filter: { [field]: { [name]: operand } }, ...sorted };
  }),
  ...probes(TOP_LEVEL, (name, operand) => ({ find: 'c', filter: { [name]: operand }, ...sorted })),
  { name: '$near', commands: [{ find: 'places', filter: { p: { $near: [1, 1] } } }] },
  { name: '$nearSphere', commands: [{ find: 'places', filter: { p: { $nearSphere: [1, 1] } } }] },
  { name: '$text', commands: [{ find: 'texts', filter: { $text: { $search: 'abc' } }, ...sorted }] },
];

const UPDATES = {
  $addToSet: { a: 9 },
  $bit: { n: { or: 4 } },
  $currentDate: { when: true },
  $inc: { n: 1 },
  $max: { n: 9 },
  $min: { n: -9 },
  $mul: { n: 2 },
  $pop: { a: 1 },
  $pull: { a: { $gte: 2 } },
  $pullAll: { a: [1] },
  $push: { a: { $each: [5, 4], $position: 0, $slice: 3, $sort: 1 } },
  $rename: { n: 'renamed' },
  $set: { 'o.y': 1 },
  $setOnInsert: { n: 1 },
  $unset: { n: '' },
};

/** Places in paths, and kinds of updates that are no operators. */
const UPDATE_FORMS: readonly Probe[] = [
  ['a.$', { q: { _id: 1, a: 2 }, u: { $set: { 'a.$': 0 } } }],
  ['a.$[]', { q: { _id: 1 }, u: { $inc: { 'a.$[]': 1 } } }],
  ['a.$[i]', { q: { _id: 1 }, u: { $inc: { 'a.$[i]': 1 } }, arrayFilters: [{ i: { $gt: 1 } }] }],
  ['a pipeline', { q: { _id: 1 }, u: [{ $set: { y: { $add: ['$n', 1] } } }] }],
  ['a replacement', { q: { _id: 1 }, u: { other: 1 } }],
].map(([name, statement]) => ({
  name: name as string,
  commands: [
    { update: 'c', updates: [statement] },
    { find: 'c', filter: { _id: 1 } },
  ],
}));

export const UPDATE_PROBES: readonly Probe[] = [
  ...Object.entries(UPDATES).map(([name, change]) => ({
    name,
    isOwn: name === '$currentDate',
    commands: [
      { update: 'c', updates: [{ q: { _id: 1 }, u: { [name]: change } }] },
      { find: 'c', filter: { _id: 1 } },
    ],
  })),
  ...UPDATE_FORMS,
];

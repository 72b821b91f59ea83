/* Commands that ask for metadata, in order: each server answers one after the other, from an empty database on. */

type Command = Readonly<Record<string, unknown>>;

const SCORE = { $meta: 'textScore' };
const KEY = { $meta: 'sortKey' };
const ID = { $meta: 'recordId' };
const SEARCH = { $match: { $text: { $search: 'apple' } } };
const NEAR = { $geoNear: { near: [0, 0], distanceField: 'd' } };

const on = (aggregate: string, ...pipeline: readonly unknown[]): Command => ({
  aggregate,
  pipeline,
  cursor: {},
});
const found = (...stages: readonly unknown[]): Command => on('texts', SEARCH, ...stages);
const all = (...stages: readonly unknown[]): Command => on('texts', ...stages);

const SETUP: readonly Command[] = [
  { createIndexes: 'texts', indexes: [{ key: { a: 'text' }, name: 'a_text', weights: { a: 3 } }] },
  {
    insert: 'texts',
    documents: [
      { _id: 1, a: 'apple banana', n: 1, l: [1, 2] },
      { _id: 2, a: 'apple apple pie', n: 2, l: [3] },
      { _id: 3, a: 'banana split', n: 1 },
      { _id: 4, a: 'cherry' },
      { _id: 5, a: 'apple', n: 1, sub: { x: 1 } },
      { _id: 6, a: 'one two apple', n: 2 },
    ],
  },
  {
    insert: 'others',
    documents: [
      { _id: 1, n: 1 },
      { _id: 2, n: 2 },
    ],
  },
  {
    insert: 'places',
    documents: [
      { _id: 1, p: [0, 0], n: 1 },
      { _id: 2, p: [3, 4], n: 2 },
      {
        _id: 3,
        p: [
          [6, 8],
          [1, 0],
        ],
        n: 1,
      },
    ],
  },
  { createIndexes: 'places', indexes: [{ key: { p: '2d' }, name: 'p' }] },
  { create: 'view', viewOn: 'texts', pipeline: [SEARCH] },
  { create: 'plain', viewOn: 'texts', pipeline: [] },
];

const SCORES: readonly Command[] = [
  found({ $project: { s: SCORE } }),
  found({ $project: { a: 0, s: SCORE } }),
  found({ $project: { _id: 0, s: { $add: [SCORE, 1] } } }),
  found({ $addFields: { s: SCORE } }),
  found({ $set: { 's.t': SCORE, x: { y: [SCORE] } } }),
  found({ $sort: { s: SCORE } }),
  found({ $sort: { s: SCORE, _id: -1 } }),
  found({ $sort: { _id: -1, s: SCORE } }),
  found({ $sort: { n: 1, s: SCORE } }),
  found({ $project: { n: 1 } }, { $sort: { s: SCORE } }),
  found({ $project: { n: 1 } }, { $sort: { n: -1, s: SCORE } }),
  found({ $sort: { s: SCORE } }, { $limit: 2 }, { $project: { s: SCORE } }),
  found({ $group: { _id: '$n', t: { $sum: SCORE } } }),
  found({ $group: { _id: SCORE, t: { $sum: 1 } } }),
  found({ $group: { _id: '$n', t: { $topN: { n: 2, sortBy: { s: SCORE }, output: '$_id' } } } }),
  found({ $group: { _id: '$n' } }, { $project: { s: SCORE } }),
  found({ $group: { _id: '$n' } }, { $sort: { s: SCORE, _id: 1 } }),
  found(
    { $sort: { _id: 1 } },
    { $group: { _id: '$n', d: { $first: '$$ROOT' } } },
    { $replaceRoot: { newRoot: '$d' } },
    { $addFields: { s: SCORE } },
  ),
  found({ $setWindowFields: { sortBy: { _id: 1 }, output: { t: { $sum: SCORE } } } }),
  found({ $setWindowFields: { partitionBy: SCORE, sortBy: { _id: 1 }, output: { t: { $sum: 1 } } } }),
  found({ $setWindowFields: { sortBy: { s: SCORE }, output: { t: { $rank: {} } } } }),
  found({ $setWindowFields: { sortBy: { _id: 1 }, output: { t: { $sum: 1 } } } }, { $project: { s: SCORE } }),
  found({ $replaceWith: { i: '$_id', s: SCORE } }, { $addFields: { again: SCORE } }),
  found({ $unwind: '$l' }, { $project: { s: SCORE } }),
  found({ $unwind: { path: '$l', preserveNullAndEmptyArrays: true } }, { $project: { s: SCORE } }),
  found({ $redact: { $cond: [{ $gt: [SCORE, 3] }, '$$DESCEND', '$$PRUNE'] } }, { $project: { s: SCORE } }),
  found({ $unset: 'a' }, { $match: { n: 1 } }, { $project: { s: SCORE } }),
  found({ $match: { n: 1 } }, { $project: { s: SCORE } }),
  found(
    { $lookup: { from: 'others', localField: 'n', foreignField: '_id', as: 'u' } },
    { $project: { u: 1, s: SCORE } },
  ),
  found({
    $lookup: { from: 'others', let: { s: SCORE }, pipeline: [{ $project: { s: '$$s' } }], as: 'u' },
  }),
  found({
    $graphLookup: {
      from: 'others',
      startWith: SCORE,
      connectFromField: 'z',
      connectToField: '_id',
      as: 'u',
    },
  }),
  found(
    {
      $graphLookup: {
        from: 'others',
        startWith: '$n',
        connectFromField: 'z',
        connectToField: '_id',
        as: 'u',
      },
    },
    { $project: { u: 1, s: SCORE } },
  ),
  found({ $facet: { a: [{ $project: { s: SCORE } }, { $sort: { _id: 1 } }], b: [{ $sort: { s: SCORE } }] } }),
  found({ $facet: { a: [{ $match: { n: 7 } }] } }, { $project: { s: SCORE } }),
  found({ $sortByCount: SCORE }),
  found({ $bucket: { groupBy: SCORE, boundaries: [0, 3.1, 10], output: { m: { $max: SCORE } } } }),
  found({ $bucketAuto: { groupBy: SCORE, buckets: 2, output: { m: { $max: SCORE } } } }),
  found({ $bucketAuto: { groupBy: '$n', buckets: 2 } }, { $project: { s: SCORE } }),
  found({ $count: 'c' }, { $project: { s: SCORE } }),
  found({ $fill: { sortBy: { _id: 1 }, output: { n: { method: 'locf' } } } }, { $project: { s: SCORE } }),
  found({ $densify: { field: '_id', range: { step: 1, bounds: 'full' } } }, { $project: { s: SCORE } }),
  found({
    $project: { x: { $map: { input: [1], in: SCORE } }, y: { $let: { vars: { v: SCORE }, in: '$$v' } } },
  }),
  found({ $match: { $expr: { $gt: [SCORE, 3] } } }),
  found({ $addFields: { x: 1 } }, { $match: { $expr: { $gt: [SCORE, 3] }, x: 1 } }),
  all({ $match: { $text: { $search: 'apple' }, $expr: { $gt: [SCORE, 3] } } }),
  found({ $project: { s: SCORE } }, { $out: 'written' }),
  { find: 'written' },
  found({ $merge: { into: 'written', whenMatched: [{ $set: { z: SCORE } }] } }),
  { find: 'written' },
];

const OTHER_COLLECTIONS: readonly Command[] = [
  found({ $lookup: { from: 'others', pipeline: [{ $project: { s: SCORE } }], as: 'u' } }),
  on('others', {
    $lookup: { from: 'texts', pipeline: [SEARCH, { $project: { s: SCORE } }, { $sort: { s: 1 } }], as: 'u' },
  }),
  on('others', {
    $lookup: { from: 'texts', localField: 'n', foreignField: 'n', pipeline: [SEARCH], as: 'u' },
  }),
  on('others', { $lookup: { from: 'texts', pipeline: [SEARCH], as: 'u' } }, { $project: { s: SCORE } }),
  on(
    'others',
    { $lookup: { from: 'texts', pipeline: [SEARCH, { $sort: { s: SCORE } }], as: 'u' } },
    { $unwind: '$u' },
    { $replaceWith: '$u' },
  ),
  found({ $unionWith: 'others' }, { $project: { s: SCORE } }),
  found({ $unionWith: 'others' }, { $group: { _id: SCORE, n: { $sum: 1 } } }),
  found({ $unionWith: { coll: 'texts', pipeline: [SEARCH] } }, { $project: { s: SCORE } }),
  on('others', { $unionWith: { coll: 'texts', pipeline: [SEARCH] } }, { $project: { s: SCORE } }),
  on('others', { $unionWith: { coll: 'texts', pipeline: [SEARCH, { $project: { s: SCORE } }] } }),
  on('view', { $project: { s: SCORE } }),
  on('view', { $sort: { s: SCORE } }),
  { find: 'view', projection: { s: SCORE } },
  { find: 'view', sort: { s: SCORE } },
  on('plain', SEARCH, { $project: { s: SCORE } }),
  { find: 'plain', filter: { $text: { $search: 'apple' } } },
];

const REFUSED: readonly Command[] = [
  all({ $project: { s: SCORE } }),
  all({ $addFields: { s: SCORE } }),
  all({ $sort: { s: SCORE } }),
  all({ $group: { _id: SCORE } }),
  all({ $group: { _id: null, s: { $sum: SCORE } } }),
  all({ $group: { _id: null, s: { $top: { sortBy: { s: SCORE }, output: '$n' } } } }),
  all({ $setWindowFields: { sortBy: { s: SCORE }, output: { x: { $rank: {} } } } }),
  all({ $match: { $expr: SCORE } }),
  all({ $match: { $expr: { $gt: [ID, 0] } } }),
  all({ $group: { _id: '$n' } }, { $project: { s: SCORE } }),
  all({ $replaceRoot: { newRoot: { a: SCORE } } }),
  all({ $unwind: '$l' }, { $project: { s: SCORE } }),
  all({ $facet: { a: [{ $project: { s: SCORE } }] } }),
  all({ $facet: { a: [SEARCH] } }),
  all({ $project: { s: SCORE } }, { $unheardOf: 1 }),
  all({ $project: { s: SCORE } }, { $project: { s: { $divide: [1, 0] } } }),
  on('missing', { $project: { s: SCORE } }),
  { aggregate: 1, pipeline: [{ $documents: [{ a: SCORE }] }, { $addFields: { s: SCORE } }], cursor: {} },
  { find: 'texts', projection: { x: { $add: [SCORE, 1] } } },
  { find: 'texts', filter: { $expr: { $gt: [SCORE, 1] } } },
  ...[
    { $meta: 'textScore', x: 1 },
    { $meta: 'unheardOf' },
    { $meta: 1 },
    { $meta: 'searchScore' },
    { $meta: 'searchHighlights' },
    { $meta: 'geoNearDistance' },
    { $meta: 'geoNearPoint' },
    { $meta: 'sortKey' },
    { $meta: 'indexKey' },
    { x: 1 },
    {},
  ].flatMap((s) => [all({ $sort: { s } }), { find: 'texts', sort: { s } }]),
];

const OTHER_METADATA: readonly Command[] = [
  ...[
    'geoNearDistance',
    'geoNearPoint',
    'searchScore',
    'searchHighlights',
    'searchScoreDetails',
    'randVal',
    'timeseriesBucketMinTime',
    'timeseriesBucketMaxTime',
    'unheardOf',
    1,
  ].flatMap(($meta) => [
    all({ $match: { _id: 1 } }, { $project: { s: { $meta } } }),
    found({ $project: { s: { $meta } } }),
    all({ $group: { _id: '$n' } }, { $project: { s: { $meta } } }),
  ]),
  all({ $sample: { size: 2 } }, { $project: { _id: { $gt: [{ $meta: 'randVal' }, null] } } }),
  all({ $sort: { n: 1, _id: -1 } }, { $project: { s: KEY } }),
  all({ $sort: { l: -1, _id: 1 } }, { $addFields: { s: KEY } }),
  all({ $sort: { _id: 1 } }, { $limit: 2 }, { $project: { n: 1 } }, { $project: { s: KEY } }),
  all({ $sort: { n: 1 } }, { $group: { _id: '$n', s: { $push: KEY } } }),
  found({ $sort: { s: SCORE, _id: 1 } }, { $project: { s: KEY } }),
  all({ $setWindowFields: { sortBy: { _id: 1 }, output: { t: { $sum: 1 } } } }, { $project: { s: KEY } }),
  all(
    { $setWindowFields: { partitionBy: '$n', sortBy: { _id: 1 }, output: { t: { $sum: 1 } } } },
    { $project: { s: KEY } },
  ),
  all({ $project: { s: KEY } }),
  all({ $match: { n: 1 } }, { $project: { s: { $concatArrays: [KEY] } } }),
  all({ $addFields: { s: KEY } }),
  all({ $group: { _id: '$n' } }, { $project: { s: KEY } }),
  all({ $unwind: '$l' }, { $project: { s: KEY } }),
  { find: 'texts', sort: { _id: 1 }, projection: { s: { $concatArrays: [KEY, [1]] } } },
  { find: 'texts', projection: { s: { $concatArrays: [KEY, [1]] } } },
  { find: 'plain', sort: { _id: 1 }, projection: { s: KEY } },
  { find: 'plain', projection: { s: KEY } },
  all({ $project: { s: { $gt: [ID, 0] } } }),
  all({ $match: { n: 1 } }, { $project: { s: { $gt: [ID, 0] } } }, { $addFields: { t: ID } }),
  all({ $addFields: { s: ID } }),
  all({ $project: { n: 0, s: ID } }),
  all({ $sort: { _id: 1 } }, { $project: { s: ID } }),
  all({ $group: { _id: ID } }),
  { find: 'texts', projection: { s: { $gt: [ID, 0] } } },
  on('places', NEAR, {
    $project: { d: { $meta: 'geoNearDistance' }, p: { $meta: 'geoNearPoint' }, s: KEY },
  }),
  on(
    'places',
    { $geoNear: { near: [0, 0], distanceField: 'd', distanceMultiplier: 10, includeLocs: 'l' } },
    { $addFields: { d2: { $meta: 'geoNearDistance' }, p2: { $meta: 'geoNearPoint' } } },
  ),
  on('places', NEAR, { $sort: { x: { $meta: 'geoNearDistance' } } }),
  on('places', NEAR, { $group: { _id: '$n', m: { $max: { $meta: 'geoNearDistance' } } } }),
  on('places', NEAR, { $group: { _id: '$n' } }, { $project: { m: { $meta: 'geoNearDistance' } } }),
  on('places', NEAR, { $project: { s: SCORE } }),
  {
    find: 'places',
    filter: { p: { $near: [0, 0] } },
    projection: { d: { $meta: 'geoNearDistance' }, q: { $meta: 'geoNearPoint' } },
  },
  { find: 'places', projection: { d: { $meta: 'geoNearDistance' } } },
];

/** Each list begins in the same collections. */
export const METADATA_COMMANDS: Readonly<Record<string, readonly Command[]>> = {
  'how well texts meet a search': [...SETUP, ...SCORES],
  'what other collections know': [...SETUP, ...OTHER_COLLECTIONS],
  'what is not known': [...SETUP, ...REFUSED],
  'all else that is known': [...SETUP, ...OTHER_METADATA],
};

/* Finds that ask for the keys of the index that documents are found by. */

import { Long } from '@argon/bson';

type Command = Readonly<Record<string, unknown>>;

const KEY = { $meta: 'indexKey' };
const SORT_KEY = { $meta: 'sortKey' };

export const RETURN_KEY_SETUP: readonly Command[] = [
  {
    createIndexes: 'c',
    indexes: [
      { key: { n: 1 }, name: 'n' },
      { key: { n: 1, m: -1 }, name: 'nm' },
      { key: { l: 1 }, name: 'l' },
      { key: { 'd.x': -1, l: 1 }, name: 'dl' },
      { key: { 's.a': 1, 's.b': 1 }, name: 's' },
      { key: { p: 1 }, name: 'p', sparse: true },
      { key: { a: 'text' }, name: 'a' },
    ],
  },
  {
    insert: 'c',
    documents: [
      { _id: 1, a: 'apple banana', n: 1, m: 5, l: [1, 2], d: { x: 'one' }, s: [{ a: 1, b: 2 }, { a: 3 }] },
      { _id: 2, a: 'apple pie', n: 2, l: [3, 1.5, 'x'], d: { x: { y: 1 } }, p: null },
      { _id: 3, a: 'banana split', n: 1.5, m: [7, 8], l: [], d: { x: null }, s: { a: 2, b: [4, 5] } },
      { _id: 'four', n: Long.fromNumber(2), m: 'z', l: [[1, 2]], p: 'q' },
      { _id: { five: 5 }, n: null, l: 'plain', s: [] },
    ],
  },
  { create: 'clustered', clusteredIndex: { key: { _id: 1 }, unique: true } },
  {
    insert: 'clustered',
    documents: [
      { _id: 1, n: 1 },
      { _id: 2, n: 2 },
    ],
  },
  {
    createIndexes: 'others',
    indexes: [
      { key: { n: 'hashed', m: 1 }, name: 'h' },
      { key: { s: 1 }, name: 's', collation: { locale: 'en', strength: 1 } },
      { key: { p: '2d' }, name: 'p' },
      { key: { 'w.$**': 1 }, name: 'w' },
      { key: { q: '2dsphere' }, name: 'q' },
    ],
  },
  {
    insert: 'others',
    documents: [
      {
        _id: 1,
        n: 1,
        m: 1.5,
        s: 5,
        p: [1, 2],
        q: { type: 'Point', coordinates: [1, 2] },
        w: { a: 1, b: [1, 2] },
      },
      { _id: 2, n: 2, m: 1, s: 7, w: { a: 2, c: { d: 'x' } } },
    ],
  },
  { create: 'view', viewOn: 'c', pipeline: [] },
];

const READS: readonly Command[] = [
  {},
  { filter: { n: 1 } },
  { filter: { n: { $gt: 0 } }, hint: 'n' },
  { filter: { _id: 1 } },
  { filter: { _id: 'none' } },
  { filter: { _id: { $gt: 1 } } },
  { filter: { _id: { $in: [1, 'four'] } }, sort: { _id: -1 } },
  { hint: 'n' },
  { hint: 'nm' },
  { hint: 'l' },
  { hint: 'dl' },
  { hint: 's' },
  { hint: 'p' },
  { hint: { _id: 1 } },
  { hint: { $natural: -1 } },
  { filter: { n: { $gte: 1 } }, hint: 'nm', sort: { m: 1 } },
  { filter: { l: { $gt: 0 } }, hint: 'l' },
  { filter: { l: { $gt: 1 } }, sort: { l: -1 }, hint: 'l' },
  { filter: { l: 1 } },
  { filter: { 's.a': { $gte: 1 } }, hint: 's' },
  { sort: { n: 1, m: -1 } },
  { sort: { a: 1 } },
  { filter: { n: 1 }, sort: { a: 1 } },
  { filter: { n: 1, a: 'apple banana' }, hint: 'n' },
  { filter: { $or: [{ n: 1 }, { p: 'q' }] } },
  { filter: { $or: [{ n: 1 }, { l: 3 }] }, sort: { _id: -1 } },
  { filter: { $text: { $search: 'banana' } } },
  { filter: { n: { $gt: 0 } }, hint: 'n', skip: 1, limit: 1 },
  { min: { n: 1 }, max: { n: 2 }, hint: 'n' },
];

const returned = (find: Command): Command => ({ find: 'c', returnKey: true, ...find });
const shown = (find: Command, projection: object): Command => ({ find: 'c', projection, ...find });

export const RETURN_KEY_FINDS: readonly Command[] = [
  ...READS.map(returned),
  ...READS.map((find) => shown(find, { k: KEY })),
  ...READS.map((find) => shown(find, { _id: 0, n: 1, k: { $mergeObjects: [KEY, { z: 1 }] } })),
  ...[
    { a: 1 },
    { _id: 1 },
    { n: 1, _id: 0 },
    { n: 0 },
    { z: { $literal: 1 } },
    { 'l.$': 1 },
    { z: SORT_KEY },
    { 'x.y': SORT_KEY, k: KEY },
    { z: SORT_KEY, y: { $meta: 'recordId' } },
    { z: { $meta: 'textScore' } },
  ].flatMap((projection) => [
    returned({ filter: { l: 1 }, projection, sort: { a: 1 } }),
    returned({ filter: { l: 1 }, projection, sort: { l: 1 } }),
    returned({ filter: { l: 1 }, projection }),
  ]),
  returned({ filter: { n: 1 }, showRecordId: true }),
  ...[
    { find: 'clustered', filter: { _id: 1 } },
    { find: 'clustered', filter: { _id: { $gt: 0 } } },
    { find: 'clustered', sort: { _id: 1 } },
    { find: 'others', filter: { n: 1 } },
    { find: 'others', filter: { n: 2 } },
    { find: 'others', filter: { s: 5 }, collation: { locale: 'en', strength: 1 } },
    { find: 'others', filter: { p: { $near: [0, 0] } } },
    { find: 'others', filter: { q: { $near: { $geometry: { type: 'Point', coordinates: [0, 0] } } } } },
    { find: 'others', filter: { 'w.a': { $gt: 0 } } },
    { find: 'others', filter: { 'w.b': 2 } },
    { find: 'others', filter: { 'w.c': { $exists: true } } },
    { find: 'others', filter: { _id: 1, m: 1.5 } },
    { find: 'others', filter: { _id: 1 }, hint: '_id_' },
  ].flatMap((find) => [returned(find), shown(find, { k: KEY })]),
  returned({ find: 'missing' }),
  returned({ find: 'view' }),
  { find: 'view', filter: { n: 1 }, projection: { k: KEY } },
  returned({ returnKey: 1 }),
  returned({ filter: { $text: { $search: 'banana' } }, projection: { z: { $meta: 'textScore' } } }),
];

export const KEY_PIPELINES: readonly Command[] = [
  [{ $match: { n: 1 } }, { $project: { k: KEY } }],
  [{ $match: { n: 1 } }, { $addFields: { k: KEY } }],
  [{ $match: { n: 1 } }, { $group: { _id: KEY } }],
  [{ $match: { n: 1 } }, { $limit: 1 }, { $project: { k: KEY } }],
  [{ $match: { n: 1 } }, { $sort: { a: 1 } }, { $project: { k: KEY } }],
  [{ $match: { n: 1 } }, { $group: { _id: 1 } }, { $project: { k: KEY } }],
  [{ $match: { _id: 1 } }, { $project: { k: KEY } }],
  [{ $match: { _id: { $lt: 3 } } }, { $unwind: '$l' }, { $project: { k: KEY } }],
  [{ $project: { k: KEY } }],
].map((pipeline) => ({ aggregate: 'c', pipeline, cursor: {} }));

/** Those of which the plan is shown. */
export const EXPLAINED_FINDS: readonly Command[] = [
  {},
  { filter: { n: 1 }, hint: 'n' },
  { filter: { n: 1 }, hint: 'n', projection: { n: 1 } },
  { filter: { _id: 1 } },
  { hint: 'n', sort: { n: 1 } },
  { filter: { n: 1 }, hint: 'n', sort: { a: 1 } },
  { filter: { n: 1 }, hint: 'n', sort: { a: 1 }, projection: { k: SORT_KEY } },
  { filter: { n: 1, a: 'x' }, hint: 'n' },
].map(returned);

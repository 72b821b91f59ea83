/* Commands with `let`, and pipelines that write, in order, from an empty database on. */

type Command = { readonly [field: string]: unknown };

const LETS: readonly object[] = [
  { v: 1 },
  { v: { $literal: '$x' } },
  { v: { a: 1, b: { $literal: { $x: 1 } } } },
  { v: { $add: [1, 1] } },
  { w: 2, v: '$$w' },
  { v: '$$w', w: 2 },
  { v: ['$$w', 1] },
  { v: { $let: { vars: { a: 2 }, in: '$$a' } } },
  { v: { $map: { input: [1, 2], in: '$$this' } } },
  { v: '$$REMOVE' },
  { v: '$$ROOT' },
  { v: '$$CURRENT.x' },
  { v: '$x' },
  { v: { $cond: [false, '$x', 1] } },
  { v: { $divide: [1, 0] } },
  { v: { $nope: 1 } },
  { V: 1 },
  { '': 1 },
  { 'v.w': 1 },
  {},
];

export const LET_COMMANDS: readonly Command[] = LETS.flatMap((variables): Command[] => [
  { drop: 'a' },
  {
    insert: 'a',
    documents: [
      { _id: 1, x: 1 },
      { _id: 2, x: 2 },
    ],
  },
  { find: 'a', filter: { $expr: { $eq: ['$x', '$$v'] } }, projection: { y: '$$v' }, let: variables },
  { find: 'missing', let: variables },
  { aggregate: 'a', pipeline: [{ $project: { y: '$$v' } }], cursor: {}, let: variables },
  { aggregate: 'missing', pipeline: [], cursor: {}, let: variables },
  { update: 'a', updates: [{ q: { $expr: { $eq: ['$x', '$$v'] } }, u: { $set: { z: 1 } } }], let: variables },
  { update: 'a', updates: [{ q: {}, u: [{ $set: { y: '$$v' } }], multi: true }], let: variables },
  { update: 'missing', updates: [{ q: {}, u: { $set: { z: 1 } } }], let: variables },
  { findAndModify: 'a', query: {}, update: [{ $set: { q: '$$v' } }], new: true, let: variables },
  { delete: 'a', deletes: [{ q: { $expr: { $eq: ['$x', '$$v'] } }, limit: 1 }], let: variables },
  { delete: 'missing', deletes: [{ q: {}, limit: 1 }], let: variables },
  { find: 'a' },
]);

const write = (stages: readonly object[], more: object = {}): Command => ({
  aggregate: 'a',
  pipeline: stages,
  cursor: {},
  ...more,
});

export const OUTPUTS: readonly Command[] = [
  {
    insert: 'a',
    documents: [
      { _id: 1, x: 1 },
      { _id: 2, x: 2 },
    ],
  },
  { insert: 'b', documents: [{ _id: 1, x: 5 }] },
  write([{ $match: { _id: 1 } }, { $merge: { into: 'b', whenMatched: 'fail' } }]),
  { find: 'b' },
  { createIndexes: 'b', indexes: [{ key: { x: 1 }, name: 'x_1', unique: true }] },
  write([{ $set: { _id: 3, x: 5 } }, { $limit: 1 }, { $merge: { into: 'b', whenMatched: 'fail' } }]),
  write([{ $set: { _id: 3, x: 5 } }, { $limit: 1 }, { $merge: { into: 'b' } }]),
  write([{ $set: { x: 5 } }, { $match: { _id: 2 } }, { $merge: { into: 'b' } }]),
  write([
    { $unset: '_id' },
    { $set: { x: 5 } },
    { $limit: 1 },
    { $merge: { into: 'b', on: 'x', whenMatched: 'fail' } },
  ]),
  write([{ $set: { x: 5 } }, { $out: 'b' }]),
  write([{ $set: { _id: 5 } }, { $out: 'c' }]),
  ...['local', 'available', 'majority', 'linearizable'].flatMap((level) => [
    write([{ $out: 'd' }], { readConcern: { level } }),
    write([{ $merge: 'd' }], { readConcern: { level } }),
  ]),
  { find: 'd' },
  {
    update: 'e',
    updates: [
      { q: { _id: 1 }, u: { $set: { a: 1 } }, upsert: true },
      { q: {}, u: { $set: { _id: 2 } } },
      { q: { _id: 3 }, u: { $nope: 1 } },
    ],
    ordered: false,
  },
];

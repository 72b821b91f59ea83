import type { ShellCommand } from './transcript';

const text = { $text: { $search: 'x' } };
const score = { s: { $meta: 'textScore' } };
const meta = (name: string): object => ({ s: { $meta: name } });
const near = { loc: { $near: { $geometry: { type: 'Point', coordinates: [0, 0] } } } };
const modify = (more: object, findAndModify = 'c'): ShellCommand => ({
  findAndModify,
  query: text,
  update: { $inc: { z: 1 } },
  ...more,
});

const SETUP: readonly ShellCommand[] = [
  {
    createIndexes: 'c',
    indexes: [
      { key: { t: 'text' }, name: 't' },
      { key: { loc: '2dsphere' }, name: 'loc' },
    ],
  },
  {
    insert: 'c',
    // The fewer other words, the better the score.
    documents: [1, 2, 3, 4, 5].map((_id) => ({
      _id,
      a: _id % 2,
      t: `x ${'y '.repeat((_id * 3) % 5)}`,
      loc: [_id, 0],
    })),
  },
];

/** What findAndModify tells of a document besides what it holds. */
export const FOUND_METADATA_CASES: Readonly<Record<string, readonly ShellCommand[]>> = {
  'the score of a search': [
    ...SETUP,
    modify({ fields: score, sort: score }),
    modify({ sort: score }),
    modify({ fields: { s: score.s, _id: 1 }, sort: { a: 1, s: score.s } }),
    modify({ fields: { s: score.s, t: 0 }, sort: { _id: -1 }, new: true }),
    modify({ fields: { x: { $add: [score.s, 1] } }, sort: { _id: 1 } }),
    modify({ query: { ...text, _id: 2 }, fields: score, new: true }),
    modify({ query: { ...text, _id: 99 }, fields: score }),
    modify({ query: { ...text, _id: 97 }, fields: score, upsert: true, new: true }),
    modify({ update: { $set: { t: 'none' } }, sort: { _id: 1 }, fields: score, new: true }),
    modify({ update: { t: 'x x y' }, sort: { _id: 1 }, fields: score, new: true }),
    modify({ update: [{ $set: { z: 5 } }], sort: score, fields: score, new: true }),
    { findAndModify: 'c', query: text, remove: true, fields: score, sort: score },
    modify({ projection: score }),
    { find: 'c', sort: { _id: 1 } },
  ],
  'where nothing is searched for': [
    ...SETUP,
    modify({ query: {}, fields: score }),
    modify({ query: { a: 1 }, fields: score, sort: { _id: -1 }, new: true }),
    modify({ query: {}, sort: score }),
    modify({ query: { _id: 2 }, fields: score, sort: score }),
    modify({ query: { _id: 99 }, fields: score, sort: score }),
    modify({ query: { _id: 2 }, fields: { t: 1 }, sort: score }),
    modify({ query: { _id: 2 }, fields: {}, sort: score }),
    modify({ query: { _id: 2, a: 0 }, sort: score }),
    modify({ query: { _id: { $eq: 2 } }, sort: score }),
    modify({ query: { _id: 98 }, fields: score, upsert: true, new: true }),
    modify({ query: {}, fields: { s: score.s, t: 1 } }),
    modify({ query: {}, fields: { x: { $add: [score.s, 1] } } }),
    modify({ query: {}, fields: { x: { $ifNull: [score.s, 'none'] } } }),
    { findAndModify: 'c', query: {}, remove: true, fields: score },
    { findAndModify: 'c', query: {}, remove: true, sort: score },
    { findAndModify: 'no', query: {}, remove: true, fields: score },
    { findAndModify: 'no', query: {}, remove: true, sort: score },
  ],
  'other metadata': [
    ...SETUP,
    ...['geoNearDistance', 'geoNearPoint', 'sortKey', 'recordId', 'indexKey', 'searchScore', 'nope'].flatMap(
      (name) => [
        modify({ query: {}, fields: meta(name) }),
        modify({ query: { _id: 2 }, fields: meta(name), new: true }),
        modify({ query: { _id: 2 }, sort: meta(name) }),
        modify({ query: {}, sort: meta(name) }),
        modify({ query: {}, fields: meta(name) }, 'no'),
        modify({ query: { _id: 2 }, fields: meta(name), upsert: true }, 'no'),
      ],
    ),
    ...['geoNearDistance', 'geoNearPoint'].map((name) => modify({ query: near, fields: meta(name) })),
  ],
};

import type { ShellCommand } from './transcript';

const text = { $text: { $search: 'x' } };
const search = { $match: text };
const aggregate = (collection: string, ...pipeline: readonly object[]): ShellCommand => ({
  aggregate: collection,
  pipeline,
  cursor: {},
});
const explain = (command: ShellCommand): ShellCommand => ({ explain: command, verbosity: 'queryPlanner' });
const set = { $set: { a: 1 } };

/** All that takes a filter. */
const ABSENT: readonly ShellCommand[] = [
  { find: 'no', filter: text },
  { find: 'no', filter: { $or: [text, { a: 1 }] } },
  { find: 'no', filter: { ...text, a: { $in: [] } } },
  { find: 'no', filter: { ...text, _id: 1 }, hint: { a: 1 } },
  { find: 'no', filter: text, hint: { a: 1 }, min: { a: 1 } },
  aggregate('no', search),
  aggregate('no', search, { $group: { _id: 1 } }),
  aggregate('no', { $match: { a: 1 } }, search),
  aggregate('no', search, { $out: 'out' }),
  aggregate('no', search, { $merge: 'out' }),
  { count: 'no', query: text },
  { distinct: 'no', key: 'a', query: text },
  { update: 'no', updates: [{ q: text, u: set }] },
  ...[true, false].flatMap((ordered) => [
    {
      update: 'no',
      updates: [
        { q: {}, u: set },
        { q: text, u: set, multi: true },
        { q: { $nope: 1 }, u: set },
      ],
      ordered,
    },
    {
      delete: 'no',
      deletes: [
        { q: text, limit: 0 },
        { q: {}, limit: 0 },
        { q: text, limit: 1 },
      ],
      ordered,
    },
  ]),
  { findAndModify: 'no', query: text, remove: true },
  { findAndModify: 'no', query: text, update: set, new: true, sort: { a: 1 } },
  { findAndModify: 'no', query: text, update: set, upsert: true },
  aggregate('no', { $lookup: { from: 'gone', pipeline: [search], as: 'x' } }),
  aggregate('no', { $unionWith: { coll: 'gone', pipeline: [search] } }),
  explain({ find: 'no', filter: text }),
  explain(aggregate('no', search, { $group: { _id: 1 } })),
  explain({ distinct: 'no', key: 'a', query: text }),
  explain({ update: 'no', updates: [{ q: text, u: set }] }),
  explain({ delete: 'no', deletes: [{ q: text, limit: 0 }] }),
  explain({ findAndModify: 'no', query: text, remove: true }),
  { listCollections: 1 },
];

const YES: ShellCommand = { insert: 'yes', documents: [{ _id: 1, a: 1 }] };

/** Searches for words, where there is no index to say which texts count. */
export const SEARCH_CASES: Readonly<Record<string, readonly ShellCommand[]>> = {
  'in a database that is not there': ABSENT,
  'in a collection that is not there': [
    YES,
    ...ABSENT,
    { update: 'no', updates: [{ q: text, u: set, upsert: true }] },
  ],
  'by a stage that reads': [
    YES,
    ...['gone', 'yes'].flatMap((from) => [
      aggregate('yes', { $lookup: { from, pipeline: [search], as: 'x' } }),
      aggregate('yes', { $lookup: { from, let: { v: '$a' }, pipeline: [search], as: 'x' } }),
      aggregate('yes', { $unionWith: { coll: from, pipeline: [search] } }),
      aggregate('yes', { $unionWith: { coll: from, pipeline: [search] } }, { $limit: 1 }),
      aggregate('yes', { $facet: { x: [{ $unionWith: { coll: from, pipeline: [search] } }] } }),
      aggregate('yes', {
        $lookup: { from: 'yes', pipeline: [{ $unionWith: { coll: from, pipeline: [search] } }], as: 'x' },
      }),
      aggregate('yes', {
        $graphLookup: {
          from,
          startWith: '$a',
          connectFromField: 'a',
          connectToField: 'a',
          as: 'x',
          restrictSearchWithMatch: text,
        },
      }),
    ]),
  ],
  'through a view': [
    YES,
    { create: 'view', viewOn: 'gone', pipeline: [] },
    { create: 'searching', viewOn: 'gone', pipeline: [search] },
    { create: 'present', viewOn: 'yes', pipeline: [search] },
    ...['view', 'searching', 'present'].flatMap((view) => [
      ...[{}, text].flatMap((filter) => [
        { find: view, filter },
        { count: view, query: filter },
        { distinct: view, key: 'a', query: filter },
      ]),
      aggregate(view, search),
      { update: view, updates: [{ q: text, u: set }] },
      aggregate('yes', { $unionWith: view }),
      aggregate('yes', { $lookup: { from: view, pipeline: [], as: 'x' } }),
      aggregate('yes', { $lookup: { from: view, localField: 'a', foreignField: 'a', as: 'x' } }),
      aggregate('yes', {
        $graphLookup: {
          from: view,
          startWith: '$a',
          connectFromField: 'a',
          connectToField: 'a',
          as: 'x',
        },
      }),
    ]),
    aggregate('yes', { $lookup: { from: 'view', pipeline: [search], as: 'x' } }),
    explain({ find: 'view', filter: text }),
    explain({ find: 'searching' }),
  ],
};

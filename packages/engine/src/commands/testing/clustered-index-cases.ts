import type { ShellCommand } from './transcript';

const create = (name?: string): ShellCommand => ({
  create: 'c',
  clusteredIndex: { key: { _id: 1 }, unique: true, ...(name === undefined ? {} : { name }) },
});
const index = (key: object, name: string): ShellCommand => ({
  createIndexes: 'c',
  indexes: [{ key, name }],
});
const mod = (change: object, more: object = {}): ShellCommand => ({ collMod: 'c', index: change, ...more });

const CHANGES: readonly object[] = [
  { hidden: true },
  { hidden: false },
  { expireAfterSeconds: 5 },
  { expireAfterSeconds: -1 },
  { unique: true },
  { unique: false },
  { prepareUnique: true },
  { prepareUnique: false },
  { hidden: true, expireAfterSeconds: 5 },
  { hidden: true, unique: true },
  { hidden: true, unique: false },
  { hidden: true, prepareUnique: true },
  { unique: true, prepareUnique: true },
  { unique: false, expireAfterSeconds: 5 },
  { expireAfterSeconds: 5, prepareUnique: true },
];

/** Every change of an index on `_id`, by whatever it may be called, and of others. */
const changed = (name: string): readonly ShellCommand[] =>
  [
    ...['_id_', name, 'nope', 'a', 'u'].map((each) => ({ name: each })),
    ...[{ _id: 1 }, { _id: -1 }, { _id: '1' }, { a: 1, b: 1 }].map((keyPattern) => ({ keyPattern })),
  ].flatMap((of) => [
    ...CHANGES.map((change) => mod({ ...of, ...change })),
    mod({ ...of, unique: true }, { dryRun: true }),
    mod({ ...of, hidden: true }, { dryRun: true }),
    mod({ ...of, hidden: true, unique: true }, { dryRun: true }),
    mod({ ...of, hidden: true }, { cappedSize: 1 }),
    mod({ ...of, hidden: true }, { viewOn: 'x', pipeline: [] }),
  ]);

const dropped = (name: string): readonly ShellCommand[] =>
  [
    '_id_',
    name,
    'nope',
    { _id: 1 },
    { _id: -1 },
    { _id: '1' },
    { _id: 1, b: 1 },
    ['_id_'],
    [name],
    ['nope', '_id_'],
    ['_id_', 'nope'],
    ['nope', name],
    [name, 'nope'],
    [{ _id: 1 }],
    [1],
    1,
    { _id: 'hashed' },
    ['*'],
    '*',
  ].map((each) => ({ dropIndexes: 'c', index: each }));

const others: readonly ShellCommand[] = [
  index({ a: 1, b: 1 }, 'a'),
  { createIndexes: 'c', indexes: [{ key: { u: 1 }, name: 'u', unique: true }] },
  index({ _id: 'hashed' }, 'h'),
  index({ _id: -1 }, '_id_'),
  index({ _id: 1 }, '_id_'),
  index({ b: 1 }, '_id_'),
];

/** The indexes on `_id` of collections, clustered or not. */
export const CLUSTERED_INDEX_CASES: Readonly<Record<string, readonly ShellCommand[]>> = {
  'of a clustered collection, by a name of its own': [
    create('own'),
    ...others,
    index({ b: 1 }, 'own'),
    index({ _id: 1 }, 'own'),
    ...changed('own'),
    { listIndexes: 'c' },
    ...dropped('own'),
    { listIndexes: 'c' },
  ],
  'of a clustered collection': [
    create(),
    ...others,
    ...changed('_id_'),
    { listIndexes: 'c' },
    ...dropped('_id_'),
  ],
  'of any collection': [
    { create: 'c' },
    ...others,
    ...changed('_id_'),
    { listIndexes: 'c' },
    ...dropped('_id_'),
  ],
  'by a collation': [
    { create: 'c', collation: { locale: 'fr' } },
    mod({ name: '_id_', hidden: true }),
    mod({ keyPattern: { _id: 1 }, unique: true }),
    { dropIndexes: 'c', index: '_id_' },
  ],
};

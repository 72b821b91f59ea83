import type { ShellCommand } from './transcript';

const x = 'x'.repeat(300);
const clustered = (more: object = {}): ShellCommand => ({
  create: 'c',
  clusteredIndex: { key: { _id: 1 }, unique: true, name: 'own' },
  ...more,
});
const insert = (collection: string, ...ids: readonly unknown[]): ShellCommand => ({
  insert: collection,
  documents: ids.map((_id) => ({ _id, x })),
});
const ids = (find: string, more: object = {}): ShellCommand => ({
  find,
  projection: { _id: 1 },
  batchSize: 1000,
  ...more,
});
const look = (collection: string): readonly ShellCommand[] => [
  { listCollections: 1, filter: { name: collection } },
  { listIndexes: collection },
  ids(collection),
  ids(collection, { sort: { $natural: -1 } }),
  { count: collection },
];

/** A collection that is used as capped ones are, which never deletes anything. */
const use = (collection: string): readonly ShellCommand[] => [
  ...look(collection),
  ...[[6], [0], [2.5], [9, 8, 7], ['a', 101]].flatMap((added) => [
    insert(collection, ...added),
    ids(collection),
  ]),
  insert(collection, 6),
  ...[9, 100, -100].map((_id) => ({
    update: collection,
    updates: [{ q: { _id }, u: { $set: { x: 1 } }, upsert: true }],
  })),
  { delete: collection, deletes: [{ q: { _id: 9 }, limit: 1 }] },
  ids(collection, { filter: { _id: { $gt: 3 } } }),
  { collMod: collection, expireAfterSeconds: 10 },
  { collMod: collection, cappedSize: 512 },
  { collMod: collection, cappedMax: 2 },
  insert(collection, 200),
  ...look(collection),
  { createIndexes: collection, indexes: [{ key: { a: 1 }, name: 'a' }] },
  { convertToCapped: collection, size: 4096 },
  ...look(collection),
  { drop: collection },
];

const many = insert('c', ...Array.from({ length: 50 }, (_, i) => (i * 7) % 50));

/** Collections that are clustered first, and capped then. */
export const CAPPED_CLUSTER_CASES: Readonly<Record<string, readonly ShellCommand[]>> = {
  converted: [clustered(), insert('c', 5, 1, 3), { convertToCapped: 'c', size: 100_000 }, ...use('c')],
  'converted, to less than it holds': [
    clustered(),
    insert('c', 5, 1, 3, 2, 4),
    { convertToCapped: 'c', size: 1024 },
    ...use('c'),
  ],
  cloned: [
    clustered(),
    insert('c', 5, 1, 3, 2, 4),
    { cloneCollectionAsCapped: 'c', toCollection: 'd', size: 1024 },
    ...use('d'),
    ...look('c'),
  ],
  'what is passed over': [
    clustered(),
    many,
    ...[256, 4096, 6000, 9000].flatMap((size) => [
      { cloneCollectionAsCapped: 'c', toCollection: `d${size}`, size },
      ids(`d${size}`),
    ]),
    { convertToCapped: 'c', size: 6000 },
    ids('c'),
    { convertToCapped: 'c', size: 256 },
    ids('c'),
  ],
  'with other options': [
    clustered({ expireAfterSeconds: 10, collation: { locale: 'fr' }, validator: { a: 1 } }),
    { cloneCollectionAsCapped: 'c', toCollection: 'd', size: 1024 },
    { convertToCapped: 'c', size: 1024 },
    ...look('c'),
    ...look('d'),
  ],
};

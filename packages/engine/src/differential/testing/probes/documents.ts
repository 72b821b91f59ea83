import { Timestamp, toDoc, type Doc } from '@argon/bson';

const DOCUMENTS = [
  {
    _id: 1,
    n: 1,
    m: 5.5,
    s: 'abc',
    a: [1, 2, 3],
    d: new Date(0),
    o: { x: 1 },
    p: [1, 1],
    g: 'a',
    t: new Timestamp({ t: 5, i: 2 }),
  },
  { _id: 2, n: 2, m: -2, s: 'ABC', a: [3, 4], d: new Date(86_400_000), o: { x: 2 }, p: [2, 2], g: 'b' },
  { _id: 3, n: 3, s: 'x', a: [], d: new Date(1e12), o: {}, p: [3, 3], g: 'a' },
  { _id: 4, n: null, s: 'y', a: [{ x: 1 }, { x: 2 }], p: [4, 4] },
];

/** What probes run on. */
export const SETUP: readonly Doc[] = [
  { insert: 'c', documents: DOCUMENTS },
  { insert: 'other', documents: DOCUMENTS.map(({ _id, n }) => ({ _id, k: n })) },
  { insert: 'places', documents: DOCUMENTS.map(({ _id, p }) => ({ _id, p })) },
  { createIndexes: 'c', indexes: [{ key: { n: 1 }, name: 'n' }] },
  { createIndexes: 'places', indexes: [{ key: { p: '2d' }, name: 'p' }] },
  { create: 'texts' },
  { createIndexes: 'texts', indexes: [{ key: { s: 'text' }, name: 's' }] },
  { insert: 'texts', documents: DOCUMENTS.map(({ _id, s }) => ({ _id, s })) },
  { create: 'capped', capped: true, size: 4096 },
  { insert: 'capped', documents: [{ _id: 1 }] },
].map((command) => toDoc(command));

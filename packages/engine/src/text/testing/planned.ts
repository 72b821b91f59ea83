/** Documents of which several meet a search equally well. */
export const PLAN_SETUP: readonly Readonly<Record<string, unknown>>[] = [
  { createIndexes: 'planned', indexes: [{ key: { a: 'text' }, name: 'a_text', weights: { a: 3 } }] },
  {
    insert: 'planned',
    documents: [
      { _id: 1, a: 'apple banana', n: 1 },
      { _id: 2, a: 'apple apple pie', n: 2 },
      { _id: 3, a: 'banana split', n: 1 },
      { _id: 4, a: 'cherry' },
      { _id: 5, a: 'apple', n: 1 },
      { _id: 6, a: 'apple' },
      { _id: 7, a: ['split', 'banana'], n: 2 },
      { _id: 8, a: `${'x'.repeat(300)} apple` },
    ],
  },
];

const SCORED = { s: { $meta: 'textScore' } };

/** Searches, as `find` takes them. */
export const PLANNED: readonly Readonly<Record<string, unknown>>[] = [
  { filter: { $text: { $search: 'apple' } } },
  { filter: { $text: { $search: 'banana apple cherry' } } },
  { filter: { $text: { $search: 'apple' } }, limit: 2 },
  { filter: { $text: { $search: 'apple banana' }, n: 1 } },
  { filter: { $text: { $search: 'apple -pie "banana"' } } },
  { filter: { $text: { $search: 'split' }, n: { $gt: 0 }, _id: { $lt: 7 } }, sort: { _id: -1 } },
  { filter: { $text: { $search: '-apple' } } },
  { filter: { $text: { $search: 'the' } } },
  { filter: { $text: { $search: 'nothing' } } },
  { filter: { $text: { $search: 'x'.repeat(300) } }, projection: { _id: 1 } },
  { filter: { $text: { $search: 'apple' } }, projection: SCORED, sort: { _id: 1 } },
  { filter: { $text: { $search: 'apple' } }, projection: { _id: 1 } },
];

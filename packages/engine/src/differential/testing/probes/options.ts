import type { Probe } from './probe';

type Fields = Readonly<Record<string, unknown>>;

/** What each command takes beside what it cannot do without. */
const OPTIONS: Readonly<Record<string, readonly [command: Fields, options: Fields]>> = {
  find: [
    { find: 'c', sort: { _id: 1 } },
    {
      filter: { n: 1 },
      projection: { n: 1 },
      sort: { _id: -1 },
      hint: { _id: 1 },
      skip: 1,
      limit: 2,
      batchSize: 100,
      singleBatch: true,
      comment: 'why',
      maxTimeMS: 60_000,
      readConcern: { level: 'local' },
      max: { _id: 3 },
      min: { _id: 2 },
      returnKey: true,
      showRecordId: true,
      noCursorTimeout: true,
      allowPartialResults: true,
      collation: { locale: 'en', strength: 1 },
      allowDiskUse: true,
      let: { v: 1 },
    },
  ],
  aggregate: [
    { aggregate: 'c', pipeline: [{ $sort: { _id: 1 } }], cursor: {} },
    {
      allowDiskUse: true,
      maxTimeMS: 60_000,
      bypassDocumentValidation: true,
      readConcern: { level: 'local' },
      collation: { locale: 'en' },
      hint: { _id: 1 },
      comment: 'why',
      let: { v: 1 },
      explain: false,
      cursor: { batchSize: 100 },
    },
  ],
  count: [
    { count: 'c' },
    {
      query: { n: 1 },
      limit: 2,
      skip: 1,
      hint: { _id: 1 },
      maxTimeMS: 60_000,
      collation: { locale: 'en' },
      comment: 'why',
    },
  ],
  distinct: [
    { distinct: 'c', key: 's' },
    {
      query: { n: 1 },
      collation: { locale: 'en', strength: 1 },
      comment: 'why',
      readConcern: { level: 'local' },
    },
  ],
  findAndModify: [
    { findAndModify: 'c', query: { _id: 1 }, update: { $set: { y: 1 } } },
    {
      sort: { _id: 1 },
      new: true,
      fields: { y: 1 },
      upsert: true,
      bypassDocumentValidation: true,
      maxTimeMS: 60_000,
      collation: { locale: 'en' },
      arrayFilters: [],
      hint: { _id: 1 },
      comment: 'why',
      let: { v: 1 },
      writeConcern: { w: 1 },
    },
  ],
  insert: [
    { insert: 'inserted', documents: [{ _id: 1 }] },
    {
      ordered: false,
      writeConcern: { w: 1 },
      bypassDocumentValidation: true,
      comment: 'why',
      maxTimeMS: 60_000,
    },
  ],
  update: [
    { update: 'c', updates: [{ q: { _id: 1 }, u: { $set: { y: 1 } } }] },
    {
      ordered: false,
      writeConcern: { w: 1 },
      bypassDocumentValidation: true,
      comment: 'why',
      let: { v: 1 },
      maxTimeMS: 60_000,
    },
  ],
  delete: [
    { delete: 'c', deletes: [{ q: { _id: 9 }, limit: 1 }] },
    { ordered: false, writeConcern: { w: 1 }, comment: 'why', let: { v: 1 }, maxTimeMS: 60_000 },
  ],
  create: [
    { create: 'created' },
    {
      capped: true,
      autoIndexId: true,
      size: 4096,
      max: 10,
      storageEngine: {},
      validator: { n: 1 },
      validationLevel: 'moderate',
      validationAction: 'warn',
      indexOptionDefaults: {},
      viewOn: 'c',
      collation: { locale: 'en' },
      changeStreamPreAndPostImages: { enabled: true },
      timeseries: { timeField: 't' },
      clusteredIndex: { key: { _id: 1 }, unique: true },
      encryptedFields: { fields: [] },
      comment: 'why',
    },
  ],
};

/** What an option needs beside itself. */
const COMPANIONS: Readonly<Record<string, Fields>> = {
  'find.max': { hint: { _id: 1 } },
  'find.min': { hint: { _id: 1 } },
  'find.noCursorTimeout': { batchSize: 100 },
  'create.capped': { size: 4096 },
  'create.max': { capped: true, size: 4096 },
  'create.size': { capped: true },
};

/** Of statements rather than of their commands, or of other collections. */
const OTHERS: readonly Probe[] = [
  { name: 'find.tailable', commands: [{ find: 'capped', tailable: true }], isOwn: true },
  { name: 'find.awaitData', commands: [{ find: 'capped', tailable: true, awaitData: true }], isOwn: true },
  ...(['multi', 'upsert', 'collation', 'arrayFilters', 'hint', 'c'] as const).map((name): Probe => ({
    name: `update.updates.${name}`,
    commands: [
      {
        update: 'c',
        updates: [
          {
            q: { _id: 1 },
            u: name === 'c' ? [{ $set: { y: '$$v' } }] : { $set: { y: 1 } },
            [name]: {
              multi: true,
              upsert: true,
              collation: { locale: 'en' },
              arrayFilters: [],
              hint: { _id: 1 },
              c: { v: 1 },
            }[name],
          },
        ],
      },
    ],
  })),
  ...(['collation', 'hint'] as const).map((name): Probe => ({
    name: `delete.deletes.${name}`,
    commands: [
      {
        delete: 'c',
        deletes: [
          { q: { _id: 9 }, limit: 0, [name]: { collation: { locale: 'en' }, hint: { _id: 1 } }[name] },
        ],
      },
    ],
  })),
];

export const OPTION_PROBES: readonly Probe[] = [
  ...Object.entries(OPTIONS).flatMap(([command, [fields, options]]) =>
    Object.entries(options).map(([option, value]): Probe => {
      const name = `${command}.${option}`;
      return { name, commands: [{ ...fields, ...COMPANIONS[name], [option]: value }] };
    }),
  ),
  ...OTHERS,
];

import { probes, type Probe } from './probe';

const cursor = { batchSize: 100 };
const aggregate = (pipeline: unknown[], collection: unknown = 'c'): Record<string, unknown> => ({
  aggregate: collection,
  pipeline,
  cursor,
});

/** A use of each stage. */
const STAGES = {
  $addFields: { y: { $add: ['$n', 1] } },
  $bucket: { groupBy: '$n', boundaries: [0, 2, 9], default: 'other' },
  $bucketAuto: { groupBy: '$_id', buckets: 2 },
  $count: 'n',
  $densify: { field: 'n', range: { step: 1, bounds: [0, 5] } },
  $facet: { a: [{ $count: 'n' }], b: [{ $limit: 1 }] },
  $fill: { sortBy: { _id: 1 }, output: { m: { method: 'locf' } } },
  $graphLookup: { from: 'c', startWith: '$n', connectFromField: 'n', connectToField: '_id', as: 'r' },
  $limit: 2,
  $lookup: { from: 'other', localField: 'n', foreignField: 'k', as: 'r' },
  $match: { n: { $gt: 1 } },
  $project: { n: 1 },
  $redact: '$$DESCEND',
  $replaceRoot: { newRoot: { x: '$n' } },
  $replaceWith: { x: '$n' },
  $set: { y: 1 },
  $setWindowFields: { sortBy: { _id: 1 }, output: { r: { $rank: {} } } },
  $skip: 1,
  $sort: { n: -1, _id: 1 },
  $unionWith: 'other',
  $unset: 'a',
  $unwind: '$a',
  $group: { _id: null, n: { $sum: '$n' } },
  $sortByCount: '$o.y',
  $out: 'out',
  $merge: { into: 'merged' },
};

/** What depends on the server, or on chance. */
const OWN = {
  $collStats: { count: {} },
  $indexStats: {},
  $planCacheStats: {},
  $sample: { size: 2 },
};

/** They go before any documents, or run on no collection; the last digits of distances are each side's own. */
const OTHERS: readonly Probe[] = [
  {
    isOwn: true,
    name: '$geoNear',
    commands: [aggregate([{ $geoNear: { near: [1, 1], distanceField: 'd' } }], 'places')],
  },
  { name: '$documents', commands: [aggregate([{ $documents: [{ a: 1 }] }], 1)] },
  { name: '$changeStream', commands: [aggregate([{ $changeStream: {} }])], isOwn: true },
  { name: '$currentOp', commands: [{ ...aggregate([{ $currentOp: {} }], 1), $db: 'admin' }], isOwn: true },
  { name: '$listLocalSessions', commands: [aggregate([{ $listLocalSessions: {} }], 1)], isOwn: true },
  {
    name: '$listSessions',
    commands: [{ ...aggregate([{ $listSessions: {} }], 'system.sessions'), $db: 'config' }],
    isOwn: true,
  },
  {
    name: '$listCatalog',
    commands: [{ ...aggregate([{ $listCatalog: {} }], 1), $db: 'admin' }],
    isOwn: true,
  },
  {
    name: '$shardedDataDistribution',
    commands: [{ ...aggregate([{ $shardedDataDistribution: {} }], 1), $db: 'admin' }],
    isOwn: true,
  },
  {
    name: '$listCachedAndActiveUsers',
    commands: [{ ...aggregate([{ $listCachedAndActiveUsers: {} }], 1), $db: 'admin' }],
    isOwn: true,
  },
  {
    name: '$operationMetrics',
    commands: [{ ...aggregate([{ $operationMetrics: {} }], 1), $db: 'admin' }],
    isOwn: true,
  },
];

export const STAGE_PROBES: readonly Probe[] = [
  ...probes(STAGES, (name, argument) =>
    aggregate(
      ['$group', '$sortByCount'].includes(name)
        ? [{ [name]: argument }]
        : [{ $sort: { _id: 1 } }, { [name]: argument }],
    ),
  ),
  ...probes(OWN, (name, argument) => aggregate([{ [name]: argument }]), Object.keys(OWN)),
  ...OTHERS,
];

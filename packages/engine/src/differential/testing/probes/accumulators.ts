import { probes, type Probe } from './probe';

const top = { sortBy: { n: 1 }, output: '$n' };
const SHARED = {
  $addToSet: '$none',
  $avg: '$n',
  $bottom: top,
  $bottomN: { ...top, n: 2 },
  $count: {},
  $first: '$n',
  $firstN: { input: '$n', n: 2 },
  $last: '$n',
  $lastN: { input: '$n', n: 2 },
  $max: '$n',
  $maxN: { input: '$n', n: 2 },
  $min: '$n',
  $minN: { input: '$n', n: 2 },
  $push: '$n',
  $stdDevPop: '$_id',
  $stdDevSamp: '$_id',
  $sum: '$n',
  $top: top,
  $topN: { ...top, n: 2 },
};

export const ACCUMULATOR_PROBES: readonly Probe[] = probes(
  {
    ...SHARED,
    $mergeObjects: '$o',
    $accumulator: {
      init: 'function() { return 0 }',
      accumulate: 'function(s) { return s }',
      accumulateArgs: [],
      merge: 'function(a) { return a }',
      lang: 'js',
    },
  },
  (name, argument) => ({
    aggregate: 'c',
    pipeline: [{ $sort: { _id: 1 } }, { $group: { _id: null, x: { [name]: argument } } }],
    cursor: {},
  }),
);

const SLIDING = { window: { documents: [-1, 1] } };
const ALONE = ['$denseRank', '$documentNumber', '$rank', '$shift', '$expMovingAvg', '$linearFill', '$locf'];

export const WINDOW_PROBES: readonly Probe[] = probes(
  {
    ...SHARED,
    $covariancePop: ['$n', '$_id'],
    $covarianceSamp: ['$n', '$_id'],
    $denseRank: {},
    $derivative: { input: '$_id' },
    $documentNumber: {},
    $expMovingAvg: { input: '$_id', N: 2 },
    $integral: { input: '$_id' },
    $linearFill: '$m',
    $locf: '$m',
    $rank: {},
    $shift: { output: '$n', by: 1, default: 0 },
  },
  (name, argument) => ({
    aggregate: 'c',
    pipeline: [
      {
        $setWindowFields: {
          sortBy: { _id: 1 },
          output: { x: { [name]: argument, ...(ALONE.includes(name) ? {} : SLIDING) } },
        },
      },
    ],
    cursor: {},
  }),
);

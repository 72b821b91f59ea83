import type { Doc, Value } from '@argon/bson';
import { object } from './expression-maker';
import type { PipelineMaker, StageMaker } from './random-pipelines';

const BOUNDS: readonly (readonly [string, Value])[] = [
  ['documents', ['unbounded', 'current']],
  ['documents', [-1, 1]],
  ['documents', ['current', 'unbounded']],
  ['documents', [1, 2]],
  ['documents', ['unbounded', 'unbounded']],
  ['range', [-1, 1]],
  ['range', [0, 2]],
];

function windowFunction(maker: PipelineMaker): Doc {
  const { random } = maker;
  switch (random.below(6)) {
    case 0:
      return object([random.pick(['$rank', '$denseRank', '$documentNumber']), new Map()]);
    case 1:
      return object([
        '$shift',
        object(['output', maker.reference()], ['by', random.below(5) - 2], ['default', 'none']),
      ]);
    case 2:
      return object([random.pick(['$locf', '$locf']), maker.reference()]);
    default: {
      const operator = random.pick(['$sum', '$avg', '$min', '$max', '$push', '$first', '$last', '$count']);
      const argument: Value = operator === '$count' ? new Map() : maker.reference();
      if (random.chance(0.25)) return object([operator, argument]);
      return object([operator, argument], ['window', object(random.pick(BOUNDS))]);
    }
  }
}

/** Stages that look at neighbouring documents. */
export const WINDOW_STAGES: readonly StageMaker[] = [
  (maker) =>
    object([
      '$setWindowFields',
      object(
        ...(maker.random.chance(0.5)
          ? [['partitionBy', maker.random.pick<Value>(['$g', '$v', object(['x', '$g'])])] as const]
          : []),
        ['sortBy', object(['_id', 1])],
        ['output', object(['w', windowFunction(maker)])],
      ),
    ]),
  (maker) =>
    object([
      '$fill',
      object(
        ['sortBy', object(['_id', 1])],
        [
          'output',
          object([
            'v',
            maker.random.chance(0.5) ? object(['method', 'locf']) : object(['value', maker.reference()]),
          ]),
        ],
      ),
    ]),
  (maker) =>
    object([
      '$densify',
      object(
        ['field', 'p'],
        ...(maker.random.chance(0.5) ? [['partitionByFields', ['g'] as Value] as const] : []),
        [
          'range',
          object(
            ['step', maker.random.pick<Value>([1, 2, 1.5])],
            ['bounds', maker.random.pick<Value>(['full', [0, 4]])],
          ),
        ],
      ),
    ]),
];

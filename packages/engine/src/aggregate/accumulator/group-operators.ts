import type { Collation, Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { countArguments } from '../expression/accumulate/operators';
import { describeElement } from '../expression/describe';
import type { ExpressionScope } from '../expression/expression';
import { javaScriptIsOff } from '../expression/introspect/function';
import type { Accumulator, AccumulatorFactory } from './accumulator';
import { ExtremeAccumulator, ExtremesAccumulator } from './extreme';
import { accumulatorOf, type GroupAccumulator } from './group-accumulator';
import {
  AddToSetAccumulator,
  FirstAccumulator,
  FirstNAccumulator,
  LastAccumulator,
  LastNAccumulator,
  PushAccumulator,
} from './list';
import { MergeObjectsAccumulator } from './merge';
import { AverageAccumulator, CountAccumulator, DeviationAccumulator, SumAccumulator } from './numeric';
import { compileTop, countFor } from './top';

export type GroupAccumulatorCompiler = (
  argument: Value,
  scope: ExpressionScope,
  name: string,
) => GroupAccumulator;

/** The accumulators of `$group`, `$bucket`, `$bucketAuto`; `$setWindowFields` uses them too. */
export const GROUP_ACCUMULATORS: ReadonlyMap<string, GroupAccumulatorCompiler> = new Map(
  Object.entries({
    $addToSet: simple((collation) => new AddToSetAccumulator(collation)),
    $avg: simple(() => new AverageAccumulator()),
    $first: simple(() => new FirstAccumulator()),
    $last: simple(() => new LastAccumulator()),
    $max: simple((collation) => new ExtremeAccumulator(-1, collation)),
    $mergeObjects: simple(() => new MergeObjectsAccumulator()),
    $min: simple((collation) => new ExtremeAccumulator(1, collation)),
    $push: simple(() => new PushAccumulator()),
    $stdDevPop: simple(() => new DeviationAccumulator(false)),
    $stdDevSamp: simple(() => new DeviationAccumulator(true)),
    $sum: simple(() => new SumAccumulator()),
    $count: (argument, scope) => {
      if (!(argument instanceof Map) || argument.size > 0) {
        throw new CommandError('TypeMismatch', '$count takes no arguments, i.e. $count:{}');
      }
      return accumulatorOf(scope.compile(1), () => new CountAccumulator());
    },
    $firstN: many(5787801, (n) => new FirstNAccumulator(n)),
    $lastN: many(5787801, (n) => new LastNAccumulator(n)),
    $minN: many(5787900, (n, collation) => new ExtremesAccumulator(n, 1, collation)),
    $maxN: many(5787900, (n, collation) => new ExtremesAccumulator(n, -1, collation)),
    $top: compileTop,
    $topN: compileTop,
    $bottom: compileTop,
    $bottomN: compileTop,
    $accumulator: () => {
      throw new CommandError(31264, javaScriptIsOff('$accumulator'));
    },
  } satisfies Record<string, GroupAccumulatorCompiler>),
);

/** `$maxN` of a window that slides: of equal values the last stay. */
export const SLIDING_MAX_N: GroupAccumulatorCompiler = many(
  5787900,
  (n, collation) => new ExtremesAccumulator(n, -1, collation, 'last'),
);

function simple(create: AccumulatorFactory): GroupAccumulatorCompiler {
  return (argument, scope, name) => {
    if (Array.isArray(argument)) throw new CommandError(40237, `The ${name} accumulator is a unary operator`);
    return accumulatorOf(scope.compile(argument), () => create(scope.collation));
  };
}

function many(
  notAnObject: number,
  create: (n: number, collation: Collation | undefined) => Accumulator,
): GroupAccumulatorCompiler {
  return (argument, scope, name) => {
    if (!(argument instanceof Map)) {
      throw new CommandError(
        notAnObject,
        `specification must be an object; found ${name}: ${describeElement(argument)}`,
      );
    }
    const { n: count, input: values } = countArguments(argument, scope);
    return {
      start: (id, variables) =>
        accumulatorOf(values, () => create(countFor(count, id, variables), scope.collation)).start(
          id,
          variables,
        ),
    };
  };
}

import type { Doc, Value } from '@argon/bson';
import type { Accumulator } from '../../accumulator/accumulator';
import { ExtremeAccumulator } from '../../accumulator/extreme';
import { DeviationAccumulator } from '../../accumulator/numeric';
import type { GroupAccumulator, GroupState } from '../../accumulator/group-accumulator';
import { accumulatorOf } from '../../accumulator/group-accumulator';
import { GROUP_ACCUMULATORS, SLIDING_MAX_N } from '../../accumulator/group-operators';
import { windowExtents, type WindowBounds } from './bounds';
import type { Partition } from './partition';
import { SlidingAverage, SlidingSum, slidingSums } from './sliding-sum';
import type { WindowFunction, WindowFunctionCompiler } from './window-function';

const ACCUMULATORS = [
  '$addToSet',
  '$bottom',
  '$bottomN',
  '$count',
  '$firstN',
  '$lastN',
  '$min',
  '$minN',
  '$push',
  '$top',
  '$topN',
];

/** The accumulators of `$group` over windows. */
export const WINDOW_ACCUMULATORS: Readonly<Record<string, WindowFunctionCompiler>> = {
  ...Object.fromEntries(
    ACCUMULATORS.map((name): [string, WindowFunctionCompiler] => [
      name,
      (call) => overWindows(compileAccumulator(name, call), call.bounds(), call.sortBy),
    ]),
  ),
  $first: (call) => edge(call, 'first'),
  $last: (call) => edge(call, 'last'),
  $max: (call) => {
    // In a window that slides, the last of equal values stays.
    const stays = call.bounds().lower === 'unbounded' ? 'first' : 'last';
    return accumulatingFunction(() => new ExtremeAccumulator(-1, call.scope.collation, stays))(call);
  },
  $maxN: (call) => {
    const bounds = call.bounds();
    const compile = bounds.lower === 'unbounded' ? GROUP_ACCUMULATORS.get('$maxN')! : SLIDING_MAX_N;
    return overWindows(compile(call.argument, call.scope, '$maxN'), bounds, call.sortBy);
  },
  $avg: (call) => sums(call, SlidingAverage),
  $sum: (call) => sums(call, SlidingSum),
  $stdDevPop: (call) => deviation(false, call),
  $stdDevSamp: (call) => deviation(true, call),
};

type Call = Parameters<WindowFunctionCompiler>[0];

function compileAccumulator(name: string, { argument, scope }: Call): GroupAccumulator {
  const compiler = GROUP_ACCUMULATORS.get(name) as NonNullable<ReturnType<typeof GROUP_ACCUMULATORS.get>>;
  return compiler(argument, scope, name);
}

/** In a window that slides, mongod's deviation of one number is int 0, and the sample's of none −0. */
class SlidingDeviation extends DeviationAccumulator {
  override result(): Value {
    if (this.isSample && this.count === 0) return -0;
    return !this.isSample && this.count === 1 ? 0 : super.result();
  }
}

function deviation(isSample: boolean, call: Call): WindowFunction {
  const slides = call.bounds().lower !== 'unbounded';
  const Deviation = slides ? SlidingDeviation : DeviationAccumulator;
  return accumulatingFunction(() => new Deviation(isSample))(call);
}

/** A sum, or an average, that takes back what leaves a window: for windows that slide. */
function sums(call: Call, Sliding: typeof SlidingSum): WindowFunction {
  const bounds = call.bounds();
  const accumulator = compileAccumulator(call.name, call);
  if (bounds.lower === 'unbounded') return overWindows(accumulator, bounds, call.sortBy);
  const expression = call.scope.compile(call.argument);
  return {
    compute: (partition) =>
      slidingSums(new Sliding(), expression, partition, windowExtents(partition, bounds, call.sortBy)),
  };
}

/** `$first` and `$last` of a window: null of an empty one; a missing field stays missing. */
function edge({ argument, scope, sortBy, bounds }: Call, which: 'first' | 'last'): WindowFunction {
  const expression = scope.compile(argument);
  const window = bounds();
  return {
    compute: ({ documents, variables }) => {
      const extentOf = windowExtents({ documents, variables }, window, sortBy);
      return documents.map((_, index) => {
        const { start, end } = extentOf(index);
        const document = documents[which === 'first' ? start : end - 1];
        return start >= end || document === undefined ? null : expression.evaluate(document, variables);
      });
    },
  };
}

/** Applies an accumulator to each window; where windows only grow, it goes on from the last one. */
function overWindows(
  accumulator: GroupAccumulator,
  bounds: WindowBounds,
  sortBy: Call['sortBy'],
): WindowFunction {
  return {
    compute: (partition) => {
      const extentOf = windowExtents(partition, bounds, sortBy);
      return bounds.lower === 'unbounded'
        ? growing(partition, accumulator, (index) => extentOf(index).end)
        : sliding(partition, accumulator, extentOf);
    },
  };
}

function growing(
  { documents, variables }: Partition,
  accumulator: GroupAccumulator,
  endOf: (index: number) => number,
): (Value | undefined)[] {
  const state = accumulator.start(null, variables);
  let added = 0;
  let result: Value | undefined = state.result();
  return documents.map((_, index) => {
    const end = endOf(index);
    if (added < end) {
      for (; added < end; added++) state.add(documents[added] as Doc, variables);
      result = state.result();
    }
    return result;
  });
}

function sliding(
  { documents, variables }: Partition,
  accumulator: GroupAccumulator,
  extentOf: (index: number) => { start: number; end: number },
): (Value | undefined)[] {
  return documents.map((_, index) => {
    const { start, end } = extentOf(index);
    const state: GroupState = accumulator.start(null, variables);
    for (let at = start; at < end; at++) state.add(documents[at] as Doc, variables);
    return state.result();
  });
}

/** A window function made of an accumulator of one expression. */
export function accumulatingFunction(create: () => Accumulator): WindowFunctionCompiler {
  return ({ argument, scope, sortBy, bounds }) =>
    overWindows(accumulatorOf(scope.compile(argument), create), bounds(), sortBy);
}

import type { Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { accumulatorOf } from '../accumulator/group-accumulator';
import { CountAccumulator } from '../accumulator/numeric';
import { groupStage } from './group';
import { singleKey } from './group-key';
import { sortFields } from './sort';
import { sortKeyOf, sortKeyOrder } from '../order/sort-pattern';
import type { StageCompiler } from './stage';
import { collect, inBatches } from './stream';

/** `$sortByCount`: groups by an expression, the largest group first. */
export const SORT_BY_COUNT: StageCompiler = (argument, { scope, env }, name) => {
  checkArgument(argument);
  const accumulator = accumulatorOf(scope.compile(1), () => new CountAccumulator());
  const group = groupStage(name, singleKey(scope.compile(argument)), [{ name: 'count', accumulator }], env);
  const fields = sortFields(new Map([['count', -1]]), undefined);
  const compare = sortKeyOrder(fields);
  return {
    name,
    async *run(source, variables) {
      const groups = await collect(group.run(source, variables));
      yield* inBatches(
        groups.sort((left, right) => compare(sortKeyOf(left, fields), sortKeyOf(right, fields))),
      );
    },
  };
};

function checkArgument(argument: Value): void {
  if (argument instanceof Map) {
    if ([...argument.keys()][0]?.startsWith('$') === true) return;
    throw new CommandError(
      40147,
      'the sortByCount field must be defined as a $-prefixed path or an expression inside an object',
    );
  }
  if (typeof argument !== 'string') {
    throw new CommandError(40149, 'the sortByCount field must be specified as a string or as an object');
  }
  if (!argument.startsWith('$')) {
    throw new CommandError(
      40148,
      'the sortByCount field must be defined as a $-prefixed path or an expression inside an object',
    );
  }
}

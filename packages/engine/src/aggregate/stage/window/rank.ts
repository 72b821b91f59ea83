import { valuesEqual, type Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { sortValue } from './partition';
import type { WindowFunctionCall, WindowFunctionCompiler } from './window-function';

/** Places in the order of `sortBy`. */
export const RANK_FUNCTIONS: Readonly<Record<string, WindowFunctionCompiler>> = {
  $documentNumber: (call) => {
    checkCall(call);
    return { compute: ({ documents }) => documents.map((_, index) => index + 1) };
  },
  $rank: (call) => ranking(call, (index) => index + 1),
  $denseRank: (call) => ranking(call, (_, previous) => previous + 1),
};

function checkCall({ name, argument, specification, sortBy }: WindowFunctionCall): void {
  if (specification.size > 1) {
    throw new CommandError(5371601, 'Rank style window functions take no other arguments');
  }
  if (sortBy.length !== 1) {
    throw new CommandError(
      5371602,
      `${name} must be specified with a top level sortBy expression with exactly one element`,
    );
  }
  if (!(argument instanceof Map) || argument.size > 0) {
    throw new CommandError(5371603, `${name} must be specified with '{}' as the value`);
  }
}

/** Documents that sort alike share a place; `next` gives that of the first of them. */
function ranking(
  call: WindowFunctionCall,
  next: (index: number, previous: number) => number,
): ReturnType<WindowFunctionCompiler> {
  checkCall(call);
  return {
    compute: ({ documents }) => {
      let rank = 0;
      let last: Value | undefined;
      return documents.map((document, index) => {
        const value = sortValue(document, call.sortBy) ?? null;
        if (index === 0 || !valuesEqual(last, value, call.scope.collation)) rank = next(index, rank);
        last = value;
        return rank;
      });
    },
  };
}

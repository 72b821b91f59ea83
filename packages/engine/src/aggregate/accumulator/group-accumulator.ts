import type { Doc, Value } from '@argon/bson';
import type { Expression, Variables } from '../expression/expression';

/** The state of an accumulator for one group. */
export interface GroupState {
  add(document: Doc, variables: Variables): void;
  result(): Value;
}

/** An accumulator of a `$group`, compiled: makes a state for each group. */
export interface GroupAccumulator {
  /** `id`: the group's key, which arguments such as `n` may read. */
  start(id: Value, variables: Variables): GroupState;
}

/** An accumulator of one expression, whose state sees only the expression's values. */
export function accumulatorOf(
  argument: Expression,
  create: () => { add(value: Value | undefined): void; result(): Value },
): GroupAccumulator {
  return {
    start: () => {
      const state = create();
      return {
        add: (document, variables) => state.add(argument.evaluate(document, variables)),
        result: () => state.result(),
      };
    },
  };
}

import { compareValues, type Value } from '@argon/bson';
import { isNullish } from '../expression/truth';
import type { Accumulator } from './accumulator';

/** `$min` and `$max` in MongoDB's order of values; null and missing do not count. Of equal values the first stays. */
export class ExtremeAccumulator implements Accumulator {
  private value: Value | undefined;

  constructor(private readonly direction: 1 | -1) {}

  add(value: Value | undefined): void {
    if (isNullish(value)) return;
    if (this.value === undefined || compareValues(this.value, value) * this.direction > 0) this.value = value;
  }

  result(): Value {
    return this.value ?? null;
  }
}

/**
 * The `n` least (direction 1) or greatest of the values, in that order; null and missing do not count. Of equal
 * values the least come in their order, the greatest in reverse, as from mongod's sorted list.
 */
export function extremes(values: readonly Value[], n: number, direction: 1 | -1): Value[] {
  const sorted = values.filter((value) => !isNullish(value)).sort(compareValues);
  return direction === 1 ? sorted.slice(0, n) : sorted.slice(-n).reverse();
}

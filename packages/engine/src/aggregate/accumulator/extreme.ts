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
  const present = values.filter((value) => !isNullish(value));
  if (direction === 1) return present.sort(compareValues).slice(0, n);
  // Those that came first are kept, and listed last.
  const order = present.map((_, index) => index);
  const kept = order
    .sort((left, right) => compareValues(present[right], present[left]) || left - right)
    .slice(0, n);
  return kept
    .sort((left, right) => compareValues(present[right], present[left]) || right - left)
    .map((index) => present[index] as Value);
}

import { compareValues, type Collation, type Value } from '@argon/bson';
import { isNullish } from '../expression/truth';
import type { Accumulator } from './accumulator';
import { BoundedList } from './bounded-list';

/** `$min` and `$max` in MongoDB's order of values; null and missing do not count. Of equal values the first stays, or the last. */
export class ExtremeAccumulator implements Accumulator {
  private value: Value | undefined;

  constructor(
    private readonly direction: 1 | -1,
    private readonly collation: Collation | undefined,
    private readonly stays: 'first' | 'last' = 'first',
  ) {}

  add(value: Value | undefined): void {
    if (isNullish(value)) return;
    if (this.value === undefined) this.value = value;
    else {
      const order = compareValues(this.value, value, this.collation) * this.direction;
      if (order > 0 || (order === 0 && this.stays === 'last')) this.value = value;
    }
  }

  result(): Value {
    return this.value ?? null;
  }
}

/**
 * `$minN` (direction 1) and `$maxN`: the n least or greatest values, in that order; null and missing do not count. Of
 * equal values the first stay, or the last.
 */
export class ExtremesAccumulator implements Accumulator {
  private readonly list: BoundedList<Value>;

  constructor(
    n: number,
    private readonly direction: 1 | -1,
    collation: Collation | undefined,
    stays: 'first' | 'last' = 'first',
  ) {
    const compare = (left: Value, right: Value): number => compareValues(left, right, collation);
    this.list = new BoundedList<Value>(n, compare, direction === 1 ? 'first' : 'last', stays === 'last');
  }

  add(value: Value | undefined): void {
    if (!isNullish(value)) this.list.add(value);
  }

  result(): Value {
    return this.direction === 1 ? this.list.items.slice() : this.list.items.toReversed();
  }
}

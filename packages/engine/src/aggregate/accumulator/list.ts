import type { Collation, Value } from '@argon/bson';
import { ValueSet } from '../expression/set/value-set';
import type { Accumulator } from './accumulator';

/** `$push`: all values that are there. */
export class PushAccumulator implements Accumulator {
  private readonly values: Value[] = [];

  add(value: Value | undefined): void {
    if (value !== undefined) this.values.push(value);
  }

  result(): Value {
    return this.values.slice();
  }
}

/** `$addToSet`: the different values, in the order in which they were met (mongod's order is that of its hashes). */
export class AddToSetAccumulator implements Accumulator {
  private readonly set: ValueSet;

  constructor(collation: Collation | undefined) {
    this.set = new ValueSet([], collation);
  }

  add(value: Value | undefined): void {
    if (value !== undefined) this.set.add(value);
  }

  result(): Value {
    return this.set.toArray();
  }
}

/** `$first`: the first document's value, null if it has none. */
export class FirstAccumulator implements Accumulator {
  private value: Value | undefined;
  private isSet = false;

  add(value: Value | undefined): void {
    if (this.isSet) return;
    this.isSet = true;
    this.value = value;
  }

  result(): Value {
    return this.value ?? null;
  }
}

/** `$last` */
export class LastAccumulator implements Accumulator {
  private value: Value | undefined;

  add(value: Value | undefined): void {
    this.value = value;
  }

  result(): Value {
    return this.value ?? null;
  }
}

/** `$firstN`: the first n documents' values, null for those that have none. */
export class FirstNAccumulator implements Accumulator {
  private readonly values: Value[] = [];

  constructor(private readonly n: number) {}

  add(value: Value | undefined): void {
    if (this.values.length < this.n) this.values.push(value ?? null);
  }

  result(): Value {
    return this.values.slice();
  }
}

/** `$lastN` */
export class LastNAccumulator implements Accumulator {
  private values: Value[] = [];

  constructor(private readonly n: number) {}

  add(value: Value | undefined): void {
    this.values.push(value ?? null);
    // Dropped in bulk, so that each value is moved once on average.
    if (this.values.length > 2 * this.n) this.values = this.values.slice(-this.n);
  }

  result(): Value {
    return this.values.slice(-this.n);
  }
}

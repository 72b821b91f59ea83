import { compareValues, encodeKey, type Collation, type Value } from '@argon/bson';

/** A set of values by MongoDB's equality (1, Long 1 and 1.0 are one value); the first one added stays. */
export class ValueSet {
  private readonly values = new Map<string, Value>();

  constructor(
    values: Iterable<Value> = [],
    private readonly collation?: Collation,
  ) {
    for (const value of values) this.add(value);
  }

  get size(): number {
    return this.values.size;
  }

  /** False if an equal value was there already. */
  add(value: Value): boolean {
    const key = this.keyOf(value);
    if (this.values.has(key)) return false;
    this.values.set(key, value);
    return true;
  }

  has(value: Value): boolean {
    return this.values.has(this.keyOf(value));
  }

  delete(value: Value): boolean {
    return this.values.delete(this.keyOf(value));
  }

  /** In the order in which they were added. */
  toArray(): Value[] {
    return [...this.values.values()];
  }

  /** In MongoDB's order of values. */
  toSorted(): Value[] {
    return this.toArray().sort((left, right) => compareValues(left, right, this.collation));
  }

  private keyOf(value: Value): string {
    return encodeKey([value], undefined, this.collation);
  }
}

import type { Collation, Value } from '@argon/bson';

/** Gathers values and makes one of them. */
export interface Accumulator {
  /** `undefined` is a missing value. */
  add(value: Value | undefined): void;
  /** May be asked more than once, also between additions. */
  result(): Value;
}

export type AccumulatorFactory = (collation: Collation | undefined) => Accumulator;

import type { Bytes } from './bytes';

/**
 * Weights that are ordinary, as most are, are counted, and written as one byte for each run: upwards from `low` where what
 * follows is less than ordinary, downwards from `high` where it is greater, so that order is kept.
 */
export interface RunBytes {
  readonly low: number;
  readonly middle: number;
  readonly high: number;
  readonly most: number;
}

/** Writes a run of `count` ordinary weights before one that is less (`isLess`) or greater. */
export function writeRun(target: Bytes, count: number, bytes: RunBytes, isLess: boolean): void {
  let rest = count - 1;
  for (; rest >= bytes.most; rest -= bytes.most) target.push(bytes.middle);
  target.push(isLess ? bytes.low + rest : bytes.high - rest);
}

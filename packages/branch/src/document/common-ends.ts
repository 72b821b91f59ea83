import { isIdentical, type Value } from '@argon/bson';

/** How many elements two arrays have in common at their beginning and, behind those, at their end. */
export interface CommonEnds {
  readonly start: number;
  readonly end: number;
}

export function commonEnds(a: readonly Value[], b: readonly Value[]): CommonEnds {
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && isIdentical(a[start], b[start])) start += 1;
  let end = 0;
  while (end < shorter - start && isIdentical(a.at(-1 - end), b.at(-1 - end))) end += 1;
  return { start, end };
}

import type { Reordering } from '../tables/weights';

/** The primary weight where a locale has moved its script to. */
export function reordered(primary: number, reordering: Reordering | undefined): number {
  if (reordering === undefined) return primary;
  const first = reordering.table[primary >>> 24]!;
  if (first !== 0 || primary <= 1) return ((first << 24) | (primary & 0xffffff)) >>> 0;
  // The first byte is shared by ranges that move differently.
  const rounded = (primary | 0xffff) >>> 0;
  for (const range of reordering.ranges) if (rounded < range) return (primary + (range << 24)) >>> 0;
  return primary;
}

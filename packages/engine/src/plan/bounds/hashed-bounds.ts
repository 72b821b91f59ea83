import { hashedValue } from '@argon/materializer';
import { isEverything, isPoint, point, union } from './interval';
import type { PredicateBounds } from './predicate-bounds';

/** Bounds of values as bounds of their hashes: of single values only, and of what is about all; undefined for others. */
export function hashedBounds(bounds: PredicateBounds): PredicateBounds | undefined {
  const { intervals, requiresField } = bounds;
  const isAll = isEverything(intervals) && requiresField === true;
  if (!isAll && !intervals.every(isPoint)) return undefined;
  const hashes = isAll ? intervals : union(intervals.map(({ low }) => [point(hashedValue(low.value))]));
  return {
    intervals: hashes,
    exact: false,
    negation: 'never',
    ...(requiresField === undefined ? {} : { requiresField }),
  };
}

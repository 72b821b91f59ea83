import type { Collation } from '@argon/bson';
import { isEverything, isPoint, mayHoldStrings } from '../bounds/interval';
import type { Direction } from '../../sort/parse';
import type { IndexBounds } from './index-bounds';
import { shareArray, type PlannedIndex } from './planned-index';

/** The direction in which an index, read within bounds, gives records in the order of a sort; undefined if in none. */
export function sortDirection(
  index: PlannedIndex,
  bounds: IndexBounds,
  sort: ReadonlyMap<string, Direction>,
  collation: Collation | undefined,
): Direction | undefined {
  const left = [...sort].filter(([path]) => !isConstant(index, bounds, path));
  if (left.length === 0) return 1;
  return ([1, -1] as const).find((direction) => provides(index, bounds, left, direction, collation));
}

/** All records within bounds have one value there. */
function isConstant(index: PlannedIndex, { fields }: IndexBounds, path: string): boolean {
  const at = index.fields.findIndex((field) => field.path === path);
  return (
    at >= 0 && !index.fields[at]!.isHashed && index.fields[at]!.multikey === 0 && isSingleValue(fields[at]!)
  );
}

function isSingleValue(intervals: IndexBounds['fields'][number]): boolean {
  return intervals.length === 1 && isPoint(intervals[0]!);
}

function provides(
  index: PlannedIndex,
  bounds: IndexBounds,
  sort: readonly (readonly [string, Direction])[],
  direction: Direction,
  collation: Collation | undefined,
): boolean {
  let next = 0;
  for (const [at, field] of index.fields.entries()) {
    const [path, wanted] = sort[next]!;
    if (field.path === path) {
      if (field.direction * direction !== wanted || !isSortable(index, bounds, at, collation)) return false;
      if (++next === sort.length) return true;
    } else if (!isSingleValue(bounds.fields[at]!)) return false;
  }
  return false;
}

/**
 * Strings sort as they lie in an index with the query's own collation. Of an array, sorting goes by the least (or greatest) of all items, so all of them must be among the keys that are
 * read.
 */
export function isSortable(
  index: PlannedIndex,
  bounds: IndexBounds,
  at: number,
  collation: Collation | undefined,
): boolean {
  if (index.collation !== collation && mayHoldStrings(bounds.fields[at]!)) return false;
  const field = index.fields[at]!;
  if (field.isHashed) return false;
  if (field.multikey === 0) return true;
  return index.fields.every(
    (other, place) => !shareArray(field, other, 0) || isEverything(bounds.fields[place]!),
  );
}

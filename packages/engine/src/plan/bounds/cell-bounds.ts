import { cellsAround } from '../../geo/cells';
import type { Cap, SphereShape } from '../../geo/sphere';
import { interval, point, union, type Intervals } from './interval';

/** The keys of a `2dsphere` index under which there may be places that meet one of some regions. */
export function cellBounds(regions: readonly (SphereShape | Cap)[]): Intervals {
  const { ranges, larger } = cellsAround(regions);
  return union([
    ...ranges.map(([least, most]) => [interval(least, true, most, true)]),
    ...larger.map((cell) => [point(cell)]),
  ]);
}

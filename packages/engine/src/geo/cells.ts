import { decodeDocument, encodeKey, Long, type Value } from '@argon/bson';
import type { IndexDefinition, KeyExtractor } from '@argon/materializer';
import { s2 } from 's2js';
import { GeometryError } from './geometry';
import { storedGeometry } from './parse-geometry';
import { placesAt } from './places';
import { onSphere, type Cap, type SphereShape } from './sphere';

/**
 * A place on the sphere is indexed by the cells of S2's grid that cover it: a point by the smallest one that it lies in,
 * anything else by some larger ones. A cell's number is within the range of every cell around it, so what may meet a region
 * lies in the ranges of the cells that cover that, or under the numbers of cells around those.
 * Source: S2 geometry, "Cell hierarchy"; mongod indexes places in the same way.
 */

/** Cells of places other than points are no smaller (about 10 m), and of every second level. */
const SMALLEST = 20;
const STEP = 2;

const OF_DOCUMENTS = new s2.RegionCoverer({ maxLevel: SMALLEST, maxCells: 16 });
const OF_QUERIES = new s2.RegionCoverer({ maxLevel: 30, maxCells: 20 });
/** What a test by angles may take in beyond the angle, radians: less than a millimetre. */
const MARGIN = 1e-10;

/** The keys of a `2dsphere` index: the cells of the places in the first of its fields that holds such. */
export function sphereKeys({ key }: IndexDefinition): KeyExtractor {
  const path = sphereField(key)!.split('.');
  return (document, seen) => {
    const cells = new Set<bigint>();
    for (const place of placesAt(decodeDocument(document), path)) {
      // A list of places may be meant even where it begins as a pair does.
      for (const each of Array.isArray(place) ? [place, ...place] : [place])
        for (const cell of cellsOfPlace(each)) cells.add(cell);
    }
    if (seen !== undefined && cells.size > 1) seen.multikey[0] = 1;
    return [...cells].map((cell) => encodeKey([longOf(cell)]));
  };
}

/** The field whose places a `2dsphere` index has keys for. */
export function sphereField(key: IndexDefinition['key']): string | undefined {
  for (const [path, value] of key) if (value === '2dsphere') return path;
  return undefined;
}

/** Where keys of places that meet a region may be. */
export interface CellsAround {
  /** Ranges of cells' numbers, both ends included. */
  readonly ranges: readonly (readonly [Long, Long])[];
  /** Cells that are larger. */
  readonly larger: readonly Long[];
}

export function cellsAround(regions: readonly (SphereShape | Cap)[]): CellsAround {
  const cells = regions.flatMap((region) => cover(region, OF_QUERIES));
  const larger = new Set<bigint>();
  for (const cell of cells) {
    const level = Math.min(s2.cellid.level(cell) - 1, SMALLEST);
    for (let at = level - (level % STEP); at >= 0; at -= STEP) larger.add(s2.cellid.parent(cell, at));
  }
  return {
    ranges: cells.map((cell) => [longOf(s2.cellid.rangeMin(cell)), longOf(s2.cellid.rangeMax(cell))]),
    larger: [...larger].map(longOf),
  };
}

function cellsOfPlace(place: Value): readonly bigint[] {
  try {
    return onSphere(storedGeometry(place, '')).flatMap((shape) =>
      shape.kind === 'point' ? [s2.cellid.fromPoint(shape.point)] : cover(shape, OF_DOCUMENTS).map(coarse),
    );
  } catch (error) {
    // What is no place is nowhere.
    if (error instanceof GeometryError) return [];
    throw error;
  }
}

function cover(region: SphereShape | Cap, coverer: InstanceType<typeof s2.RegionCoverer>): readonly bigint[] {
  if ('angle' in region) {
    return [...coverer.covering(s2.Cap.fromCenterAngle(region.center, region.angle + MARGIN))];
  }
  switch (region.kind) {
    case 'point':
      return [s2.cellid.fromPoint(region.point)];
    case 'line':
      return [...coverer.covering(new s2.Polyline([...region.points]))];
    case 'polygon':
      return [...coverer.covering(region.outer)];
  }
}

/** The cell around it of a level at which there are keys. */
function coarse(cell: bigint): bigint {
  const level = Math.min(s2.cellid.level(cell), SMALLEST);
  return s2.cellid.parent(cell, level - (level % STEP));
}

/** Numbers of cells are unsigned; no range of one lies on both sides of the sign. */
function longOf(cell: bigint): Long {
  return Long.fromBigInt(BigInt.asIntN(64, cell));
}

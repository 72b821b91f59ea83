import type { Value } from '@argon/bson';
import { describeValue } from '../match/parse/describe';
import { GeometryError, type Position } from './geometry';
import { loopOf, pointOf, properlyCross } from './sphere-points';

/**
 * Checks that rings are closed, cross neither themselves nor another, and that those after the first are inside it.
 * @throws GeometryError
 */
export function checkRings(rings: readonly (readonly Position[])[], given: readonly Value[]): void {
  if (rings.length === 0) throw new GeometryError('Polygon has no loops.');
  for (const [at, ring] of rings.entries()) checkRing(ring, given[at]!);
  const [outer, ...holes] = rings;
  const boundary = loopOf(outer!);
  for (const [at, hole] of holes.entries()) {
    if (boundary.contains(loopOf(hole))) continue;
    throw new GeometryError(
      `Secondary loops not contained by first exterior loop - secondary loops must be holes: ${describeValue(given[at + 1]!)} first loop: ${describeValue(given[0]!)}`,
    );
  }
}

function checkRing(ring: readonly Position[], given: Value): void {
  const shown = describeValue(given);
  if (ring.length === 0) throw new GeometryError(`Loop has no vertices: ${shown}`);
  const first = ring[0]!;
  const last = ring[ring.length - 1]!;
  if (first[0] !== last[0] || first[1] !== last[1]) throw new GeometryError(`Loop is not closed: ${shown}`);
  const vertices = ring.slice(0, -1);
  if (vertices.length < 3) {
    throw new GeometryError(`Loop must have at least 3 different vertices: ${shown}`);
  }
  const places = new Map<string, number>();
  for (const [at, vertex] of vertices.entries()) {
    const place = vertex.join();
    const other = places.get(place);
    if (other !== undefined) {
      throw new GeometryError(`Loop is not valid: ${shown} Duplicate vertices: ${other} and ${at}`);
    }
    places.set(place, at);
  }
  const points = vertices.map(pointOf);
  const count = points.length;
  for (let i = 0; i < count; i++) {
    for (let j = i + 2; j < count; j++) {
      if (i === 0 && j === count - 1) continue;
      if (!properlyCross(points[i]!, points[i + 1]!, points[j]!, points[(j + 1) % count]!)) continue;
      const edge = (at: number): string =>
        `${degrees(vertices[at]!)}-${degrees(vertices[(at + 1) % count]!)}`;
      throw new GeometryError(
        `Loop is not valid: ${shown} Edges ${i} and ${j} cross. Edge locations in degrees: ${edge(i)} and ${edge(j)}`,
      );
    }
  }
}

function degrees([lng, lat]: Position): string {
  return `[${lat.toFixed(7)}, ${lng.toFixed(7)}]`;
}

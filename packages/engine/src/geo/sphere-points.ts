import { s2 } from 's2js';
import type { Position } from './geometry';

/** A point of the unit sphere. */
export type SpherePoint = InstanceType<typeof s2.Point>;
export type Loop = InstanceType<typeof s2.Loop>;

export function pointOf([lng, lat]: Position): SpherePoint {
  return s2.Point.fromLatLng(s2.LatLng.fromDegrees(lat, lng));
}

/** The area that a closed ring bounds: of the two, the one that is less than half of the sphere. */
export function loopOf(ring: readonly Position[], isStrict = false): Loop {
  const loop = new s2.Loop(ring.slice(0, -1).map(pointOf));
  if (!isStrict) loop.normalize();
  return loop;
}

/** The angle between two points, radians. */
export function angleBetween(a: SpherePoint, b: SpherePoint): number {
  return a.vector.angle(b.vector);
}

/** Whether two edges cross at a point inside both. */
export function properlyCross(a: SpherePoint, b: SpherePoint, c: SpherePoint, d: SpherePoint): boolean {
  const side = (p: SpherePoint, q: SpherePoint, r: SpherePoint): number =>
    p.vector.cross(q.vector).dot(r.vector);
  const abc = side(a, b, c);
  const abd = side(a, b, d);
  if (abc * abd >= 0) return false;
  const cda = side(c, d, a);
  const cdb = side(c, d, b);
  // On the same side of the sphere, too.
  return cda * cdb < 0 && abc * cda < 0 && abd * cda > 0;
}

/** The angle from a point to the nearest one of an edge, radians. */
export function angleToEdge(p: SpherePoint, a: SpherePoint, b: SpherePoint): number {
  const normal = a.vector.cross(b.vector);
  const length = normal.norm();
  const isBeside =
    length > 0 && normal.cross(a.vector).dot(p.vector) > 0 && b.vector.cross(normal).dot(p.vector) > 0;
  if (isBeside) return Math.asin(Math.min(1, Math.abs(normal.dot(p.vector)) / length));
  return Math.min(angleBetween(p, a), angleBetween(p, b));
}

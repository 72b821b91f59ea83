import { s2 } from 's2js';
import type { Geometry, Shape } from './geometry';
import {
  angleBetween,
  angleToEdge,
  loopOf,
  pointOf,
  properlyCross,
  type Loop,
  type SpherePoint,
} from './sphere-points';

/** As mongod has it, for metres. */
export const EARTH_RADIUS = 6_378_100;

/** A part of a geometry on the sphere. */
export type SphereShape =
  | { readonly kind: 'point'; readonly point: SpherePoint }
  | { readonly kind: 'line'; readonly points: readonly SpherePoint[] }
  | { readonly kind: 'polygon'; readonly outer: Loop; readonly holes: readonly Loop[] };

/** Around a centre, everything up to an angle, radians. */
export interface Cap {
  readonly center: SpherePoint;
  readonly angle: number;
}

export function onSphere({ shapes }: Geometry): readonly SphereShape[] {
  return shapes.map(sphereShape);
}

function sphereShape(shape: Shape): SphereShape {
  switch (shape.kind) {
    case 'point':
      return { kind: 'point', point: pointOf(shape.at) };
    case 'line':
      return { kind: 'line', points: shape.line.map(pointOf) };
    case 'polygon': {
      const [outer, ...holes] = shape.rings;
      return {
        kind: 'polygon',
        outer: loopOf(outer!, shape.isStrict),
        holes: holes.map((ring) => loopOf(ring)),
      };
    }
  }
}

/** Whether all of a geometry is inside one of several polygons. */
export function isWithin(shapes: readonly SphereShape[], areas: readonly SphereShape[]): boolean {
  return shapes.every((shape) => areas.some((area) => area.kind === 'polygon' && contains(area, shape)));
}

/** Whether all of a geometry is inside a cap. */
export function isWithinCap(shapes: readonly SphereShape[], { center, angle }: Cap): boolean {
  const isNear = (point: SpherePoint): boolean => angleBetween(point, center) <= angle;
  return shapes.every((shape) => verticesOf(shape).every(isNear));
}

/** Whether two geometries have a point in common. */
export function intersect(a: readonly SphereShape[], b: readonly SphereShape[]): boolean {
  return a.some((one) => b.some((other) => meet(one, other)));
}

/** The angle from a point to the nearest one of a geometry, radians. */
export function angleTo(point: SpherePoint, shapes: readonly SphereShape[]): number {
  return Math.min(
    ...shapes.map((shape) => {
      if (shape.kind === 'point') return angleBetween(point, shape.point);
      if (shape.kind === 'polygon' && covers(shape, point)) return 0;
      return Math.min(...edgesOf(shape).map(([from, to]) => angleToEdge(point, from, to)));
    }),
  );
}

type Polygon = Extract<SphereShape, { kind: 'polygon' }>;

function covers({ outer, holes }: Polygon, point: SpherePoint): boolean {
  return outer.containsPoint(point) && !holes.some((hole) => hole.containsPoint(point));
}

function contains(area: Polygon, shape: SphereShape): boolean {
  switch (shape.kind) {
    case 'point':
      return covers(area, shape.point);
    case 'line':
      return shape.points.every((point) => covers(area, point)) && !doCross(area, shape);
    case 'polygon':
      return (
        area.outer.contains(shape.outer) &&
        area.holes.every(
          (hole) => !hole.intersects(shape.outer) || shape.holes.some((inner) => inner.contains(hole)),
        )
      );
  }
}

function meet(a: SphereShape, b: SphereShape): boolean {
  if (a.kind === 'point') return meetsPoint(b, a.point);
  if (b.kind === 'point') return meetsPoint(a, b.point);
  if (a.kind === 'polygon' && b.kind === 'polygon') {
    return (
      a.outer.intersects(b.outer) &&
      !a.holes.some((hole) => hole.contains(b.outer)) &&
      !b.holes.some((hole) => hole.contains(a.outer))
    );
  }
  if (a.kind === 'line' && b.kind === 'line') {
    return new s2.Polyline([...a.points]).intersects(new s2.Polyline([...b.points]));
  }
  if (doCross(a, b)) return true;
  const [area, other] = a.kind === 'polygon' ? [a, b] : [b, a];
  return verticesOf(other).some((point) => covers(area as Polygon, point));
}

/** As mongod does, a point is as large as the smallest cell of its grid: about a centimetre. */
function meetsPoint(shape: SphereShape, point: SpherePoint): boolean {
  const cell = s2.Cell.fromPoint(point);
  switch (shape.kind) {
    case 'point':
      return cell.id === s2.Cell.fromPoint(shape.point).id;
    case 'line':
      return new s2.Polyline([...shape.points]).intersectsCell(cell);
    case 'polygon':
      return shape.outer.intersectsCell(cell) && !shape.holes.some((hole) => hole.containsCell(cell));
  }
}

function doCross(a: SphereShape, b: SphereShape): boolean {
  const others = edgesOf(b);
  return edgesOf(a).some(([p, q]) => others.some(([r, s]) => properlyCross(p, q, r, s)));
}

function verticesOf(shape: SphereShape): readonly SpherePoint[] {
  switch (shape.kind) {
    case 'point':
      return [shape.point];
    case 'line':
      return shape.points;
    case 'polygon':
      return shape.outer.vertices;
  }
}

function edgesOf(shape: SphereShape): readonly (readonly [SpherePoint, SpherePoint])[] {
  switch (shape.kind) {
    case 'point':
      return [];
    case 'line':
      return shape.points.slice(1).map((point, at) => [shape.points[at]!, point] as const);
    case 'polygon':
      return [shape.outer, ...shape.holes].flatMap(({ vertices }) =>
        vertices.map((point, at) => [point, vertices[(at + 1) % vertices.length]!] as const),
      );
  }
}

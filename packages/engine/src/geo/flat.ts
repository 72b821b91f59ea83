import type { Geometry, Position } from './geometry';

/** An area of the plane. */
export type FlatArea =
  | { readonly kind: 'box'; readonly low: Position; readonly high: Position }
  | { readonly kind: 'circle'; readonly center: Position; readonly radius: number }
  | { readonly kind: 'polygon'; readonly corners: readonly Position[] };

/** Whether a geometry lies in an area of the plane; all but single points are of the sphere, and do not. */
export function isInArea({ type, shapes }: Geometry, area: FlatArea): boolean {
  const [shape] = shapes;
  if (type !== 'Point' && type !== 'legacy') return false;
  return shape?.kind === 'point' && hasPosition(area, shape.at);
}

function hasPosition(area: FlatArea, [x, y]: Position): boolean {
  switch (area.kind) {
    case 'box':
      return x >= area.low[0] && x <= area.high[0] && y >= area.low[1] && y <= area.high[1];
    case 'circle':
      return apart([x, y], area.center) <= area.radius;
    case 'polygon':
      return isInside(area.corners, [x, y]);
  }
}

export function apart(a: Position, b: Position): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

/** How often a ray from the position crosses the boundary; on it, as mongod's arithmetic has it. */
function isInside(corners: readonly Position[], [x, y]: Position): boolean {
  let crossings = 0;
  let from = corners[0]!;
  for (let at = 1; at <= corners.length; at++) {
    const to = corners[at % corners.length]!;
    const isLevel = y > Math.min(from[1], to[1]) && y <= Math.max(from[1], to[1]);
    if (isLevel && x <= Math.max(from[0], to[0]) && from[1] !== to[1]) {
      const crossing = ((y - from[1]) * (to[0] - from[0])) / (to[1] - from[1]) + from[0];
      if (from[0] === to[0] || x <= crossing) crossings++;
    }
    from = to;
  }
  return crossings % 2 === 1;
}

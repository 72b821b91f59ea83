/** Degrees of longitude and latitude; or, on the plane, x and y. */
export type Position = readonly [number, number];

/** A part of a geometry. The rings of a polygon are closed: the first is its boundary, others are holes in it. */
export type Shape =
  | { readonly kind: 'point'; readonly at: Position }
  | { readonly kind: 'line'; readonly line: readonly Position[] }
  | {
      readonly kind: 'polygon';
      readonly rings: readonly (readonly Position[])[];
      /** What is to the left of its boundary belongs to it, were that more than half of the sphere. */
      readonly isStrict: boolean;
    };

/** What a document, or a query, says of a place. */
export interface Geometry {
  /** Of GeoJSON; `legacy` for a pair of coordinates. */
  readonly type: string;
  readonly shapes: readonly Shape[];
}

/** What is wrong with a geometry. */
export class GeometryError extends Error {}

/** A position on the sphere has a longitude within ±180 and a latitude within ±90. */
export function isOnSphere([lng, lat]: Position): boolean {
  return Math.abs(lng) <= 180 && Math.abs(lat) <= 90;
}

import { isNumber, toNumber, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../handler/errors';
import { describeElement, describeValue } from '../match/parse/describe';
import { isInArea, type FlatArea } from './flat';
import { GeometryError, isOnSphere, type Geometry, type Position } from './geometry';
import { geoJson, legacyPoint, storedGeometry } from './parse-geometry';
import { intersect, isWithin, isWithinCap, onSphere, type Cap, type SphereShape } from './sphere';
import { pointOf } from './sphere-points';

/** Where a query asks for. */
export interface QueryRegion {
  /** Whether a document's geometry is there. */
  readonly holds: (geometry: Geometry) => boolean;
  /** What has to be met on the sphere; undefined of the plane. */
  readonly shapes?: readonly (SphereShape | Cap)[];
}

const AREAL = new Set(['Polygon', 'MultiPolygon']);

/** `$geoWithin`. @throws CommandError BadValue */
export function withinTest(operand: Value, operator = '$geoWithin'): QueryRegion {
  const [name, value] = specifierOf(operand);
  try {
    switch (name) {
      case '$box':
      case '$center':
      case '$polygon': {
        const area = flatArea(name, membersOf(value));
        return { holds: (geometry) => isInArea(geometry, area) };
      }
      case '$centerSphere': {
        const [center, angle] = circle(membersOf(value));
        if (!isOnSphere(center)) {
          throw new GeometryError(`longitude/latitude is out of bounds, lng: ${center[0]} lat: ${center[1]}`);
        }
        const cap = { center: pointOf(center), angle };
        return { holds: (geometry) => isWithinCap(onSphere(geometry), cap), shapes: [cap] };
      }
      default: {
        const geometry = queryGeometry(value);
        if (!AREAL.has(geometry.type)) {
          throw new GeometryError(
            `$within not supported with provided geometry: ${describeValue(new Map([[operator, operand]]))}`,
          );
        }
        const areas = onSphere(geometry);
        return { holds: (other) => isWithin(onSphere(other), areas), shapes: areas };
      }
    }
  } catch (error) {
    throw refused(error);
  }
}

/** `$geoIntersects`. @throws CommandError BadValue */
export function intersectsTest(operand: Value): QueryRegion {
  const [name, value] = specifierOf(operand);
  try {
    if (name !== '$geometry') {
      throw new GeometryError(
        `$geoIntersect not supported with provided geometry: ${describeValue(new Map([['$geoIntersects', operand]]))}`,
      );
    }
    const shapes = onSphere(queryGeometry(value));
    return { holds: (geometry) => intersect(onSphere(geometry), shapes), shapes };
  } catch (error) {
    throw refused(error);
  }
}

/** A geometry error as a client sees it. */
function refused(error: unknown): unknown {
  return error instanceof GeometryError ? new CommandError('BadValue', error.message) : error;
}

const SPECIFIERS = new Set(['$box', '$center', '$centerSphere', '$polygon', '$geometry']);

function specifierOf(operand: Value): [string, Doc | readonly Value[]] {
  if (!(operand instanceof Map)) throw new CommandError('BadValue', 'geometry must be an object');
  let found: [string, Doc | readonly Value[]] | undefined;
  for (const [name, value] of operand) {
    if (name === '$uniqueDocs') continue;
    if (!SPECIFIERS.has(name) || !(value instanceof Map || Array.isArray(value))) {
      throw new CommandError('BadValue', `unknown geo specifier: ${describeElement(name, value)}`);
    }
    found = [name, value];
  }
  if (found === undefined) throw new CommandError('BadValue', "geo query doesn't have any geometry");
  return found;
}

function queryGeometry(value: Doc | readonly Value[]): Geometry {
  if (!(value instanceof Map)) return legacyPoint(value);
  const [first] = value.values();
  return isNumber(first) ? storedGeometry(value, '') : geoJson(value);
}

function membersOf(value: Doc | readonly Value[]): readonly Value[] {
  return value instanceof Map ? [...value.values()] : value;
}

function flatArea(name: string, members: readonly Value[]): FlatArea {
  if (name === '$center') {
    const [center, radius] = circle(members);
    return { kind: 'circle', center, radius };
  }
  if (name === '$polygon') {
    if (members.length < 3) throw new GeometryError('Polygon must have at least 3 points');
    return { kind: 'polygon', corners: members.map(corner) };
  }
  const a = corner(members[0]);
  const b = corner(members[1]);
  return {
    kind: 'box',
    low: [Math.min(a[0], b[0]), Math.min(a[1], b[1])],
    high: [Math.max(a[0], b[0]), Math.max(a[1], b[1])],
  };
}

function circle([center, radius]: readonly Value[]): [Position, number] {
  const at = corner(center);
  if (!isNumber(radius) || !(toNumber(radius) >= 0)) {
    throw new GeometryError('radius must be a non-negative number');
  }
  return [at, toNumber(radius)];
}

function corner(value: Value | undefined): Position {
  if (!(value instanceof Map || Array.isArray(value))) {
    throw new GeometryError('Point must be an array or object');
  }
  const [shape] = legacyPoint(membersOf(value)).shapes;
  return (shape as { at: Position }).at;
}

import { isNumber, toNumber, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../handler/errors';
import { describeValue } from '../match/parse/describe';
import { apart } from './flat';
import { GeometryError, isOnSphere, type Geometry, type Position } from './geometry';
import { geoJson, legacyPoint, storedGeometry } from './parse-geometry';
import { placesAt } from './places';
import { angleTo, EARTH_RADIUS, onSphere, type Cap } from './sphere';
import { pointOf } from './sphere-points';

/** `$near`, `$nearSphere`: where from, and how far. */
export class NearQuery {
  private constructor(
    /** The field's path. */
    readonly path: string,
    private readonly from: Position,
    /** Of GeoJSON, distances are in metres; else in radians on the sphere, or in degrees on the plane. */
    readonly isGeoJson: boolean,
    readonly isSpherical: boolean,
    private readonly least: number,
    private readonly most: number,
  ) {}

  /** @throws CommandError */
  static parse(path: string, operator: string, operators: Doc): NearQuery {
    const operand = operators.get(operator)!;
    if (operators.keys().next().value !== operator || typeof operand !== 'object' || operand === null) {
      throw new CommandError('BadValue', `near must be first in: ${describeValue(operators)}`);
    }
    const beside = [...operators].filter(([name]) => name !== operator);
    if (operand instanceof Map && !isNumber(operand.values().next().value)) {
      return NearQuery.#geoJson(path, operand);
    }
    const coordinates = operand instanceof Map ? [...operand.values()] : (operand as readonly Value[]);
    if (coordinates.length < 2) throw bad('invalid argument in geo near query: 0');
    const limits = readLimits(
      beside,
      (message, name) =>
        new CommandError(
          message.startsWith('invalid') ? 34413 : name === '$maxDistance' ? 16896 : 16894,
          message,
        ),
    );
    const [shape] = geometryOf(() => legacyPoint(coordinates)).shapes;
    const at = (shape as { at: Position }).at;
    const isSpherical = operator === '$nearSphere';
    if (isSpherical && !isOnSphere(at)) throw bad('Legacy point is out of bounds for spherical query');
    const third = coordinates[2];
    const most = isNumber(third) && limits.most === Infinity ? toNumber(third) : limits.most;
    return new NearQuery(path, at, false, isSpherical, limits.least, most);
  }

  static #geoJson(path: string, operand: Doc): NearQuery {
    const given = operand.get('$geometry');
    const limits = readLimits(
      [...operand].filter(([name]) => name !== '$geometry'),
      (message) => bad(message),
    );
    if (!(given instanceof Map || Array.isArray(given)))
      throw bad('$geometry is required for geo near query');
    const geometry = geometryOf(
      () => pointGeometry(given),
      (why) => `invalid point in geo near query $geometry argument: ${describeValue(given)}  ${why}`,
    );
    const [shape] = geometry.shapes;
    return new NearQuery(path, (shape as { at: Position }).at, true, true, limits.least, limits.most);
  }

  /** Everything that is near enough on the sphere; undefined if anything is, or it is of the plane. */
  get cap(): Cap | undefined {
    if (!this.isSpherical || this.most === Infinity) return undefined;
    return { center: pointOf(this.from), angle: this.isGeoJson ? this.most / EARTH_RADIUS : this.most };
  }

  /** How far away a value is; undefined if it is no place, or too near or too far. */
  distance(value: Value): number | undefined {
    if (!(value instanceof Map || Array.isArray(value))) return undefined;
    let geometry: Geometry;
    try {
      geometry = storedGeometry(value, '');
    } catch (error) {
      if (error instanceof GeometryError) return undefined;
      throw error;
    }
    const distance = this.#measure(geometry);
    return distance !== undefined && distance >= this.least && distance <= this.most ? distance : undefined;
  }

  /** The nearest place of a document, and how far it is. */
  nearest(document: Doc): { readonly distance: number; readonly place: Value } | undefined {
    let best: { distance: number; place: Value } | undefined;
    for (const place of placesAt(document, this.path.split('.'))) {
      const distance = this.distance(place);
      if (distance !== undefined && (best === undefined || distance < best.distance))
        best = { distance, place };
    }
    return best;
  }

  #measure(geometry: Geometry): number | undefined {
    if (this.isSpherical) {
      const angle = angleTo(pointOf(this.from), onSphere(geometry));
      return this.isGeoJson ? angle * EARTH_RADIUS : angle;
    }
    const [shape] = geometry.shapes;
    return shape?.kind === 'point' ? apart(this.from, shape.at) : undefined;
  }
}

function pointGeometry(given: Doc | readonly Value[]): Geometry {
  const geometry = given instanceof Map ? geoJson(given) : legacyPoint(given);
  if (geometry.type === 'Point' || geometry.type === 'legacy') return geometry;
  throw new GeometryError('Point must only contain numeric elements');
}

function geometryOf(parse: () => Geometry, say: (why: string) => string = (why) => why): Geometry {
  try {
    return parse();
  } catch (error) {
    throw error instanceof GeometryError ? bad(say(error.message)) : error;
  }
}

function readLimits(
  fields: readonly (readonly [string, Value])[],
  refuse: (message: string, name: string) => CommandError,
): { least: number; most: number } {
  const limits = { least: 0, most: Infinity };
  for (const [name, value] of fields) {
    if (name !== '$minDistance' && name !== '$maxDistance') {
      throw refuse(`invalid argument in geo near query: ${name}`, name);
    }
    if (!isNumber(value)) throw refuse(`${name} must be a number`, name);
    if (!(toNumber(value) >= 0)) throw refuse(`${name} must be non-negative`, name);
    limits[name === '$minDistance' ? 'least' : 'most'] = toNumber(value);
  }
  return limits;
}

function bad(message: string): CommandError {
  return new CommandError('BadValue', message);
}

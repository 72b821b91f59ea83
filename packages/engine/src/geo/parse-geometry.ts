import { isNumber, toNumber, type Doc, type Value } from '@argon/bson';
import { describeElement, describeValue } from '../match/parse/describe';
import { GeometryError, isOnSphere, type Geometry, type Position, type Shape } from './geometry';
import { checkRings } from './rings';

const STRICT = 'urn:x-mongodb:crs:strictwinding:EPSG:4326';
const CRS = new Set(['EPSG:4326', 'urn:ogc:def:crs:OGC:1.3:CRS84', STRICT]);

type Parse = (coordinates: Value | undefined, isStrict: boolean) => readonly Shape[];

const TYPES: ReadonlyMap<string, Parse> = new Map<string, Parse>([
  ['Point', (value) => [{ kind: 'point', at: position(value) }]],
  ['LineString', (value) => [line(value)]],
  ['Polygon', polygon],
  [
    'MultiPoint',
    (value) => items('MultiPoint', value).map((each) => ({ kind: 'point', at: position(each) })),
  ],
  ['MultiLineString', (value) => items('MultiLineString', value).map(line)],
  ['MultiPolygon', (value, strict) => items('MultiPolygon', value).flatMap((each) => polygon(each, strict))],
]);

/**
 * What a document holds at a place: GeoJSON, or a pair of coordinates as an array or an object.
 * @param name - The field's, for messages.
 * @throws GeometryError for anything else
 */
export function storedGeometry(value: Value, name: string): Geometry {
  if (Array.isArray(value)) return legacyPoint(value);
  if (!(value instanceof Map)) {
    throw new GeometryError(`geo element must be an array or object: ${describeElement(name, value)}`);
  }
  const [first] = value.values();
  return isNumber(first) ? legacyPoint([...value.values()]) : geoJson(value);
}

/** @throws GeometryError */
export function legacyPoint(coordinates: readonly Value[]): Geometry {
  return { type: 'legacy', shapes: [{ kind: 'point', at: pair(coordinates) }] };
}

/** @throws GeometryError */
export function geoJson(document: Doc): Geometry {
  const type = document.get('type');
  if (type === 'GeometryCollection') return collection(document);
  const parse = typeof type === 'string' ? TYPES.get(type) : undefined;
  if (parse === undefined) throw new GeometryError(`unknown GeoJSON type: ${describeValue(document)}`);
  const isStrict = readCrs(document) === STRICT;
  return { type: type as string, shapes: parse(document.get('coordinates'), isStrict) };
}

function collection(document: Doc): Geometry {
  const given = document.get('geometries');
  if (!Array.isArray(given)) throw new GeometryError('GeometryCollection geometries must be an array');
  if (given.length === 0) {
    throw new GeometryError('GeometryCollection geometries must have at least 1 element');
  }
  const shapes = given.flatMap((each, at) => {
    if (!(each instanceof Map)) {
      throw new GeometryError(`Element ${at} of "geometries" is not an object`);
    }
    if (each.get('type') === 'GeometryCollection') {
      throw new GeometryError(`GeometryCollections cannot be nested: ${describeValue(each)}`);
    }
    return geoJson(each).shapes;
  });
  return { type: 'GeometryCollection', shapes };
}

function readCrs(document: Doc): string {
  const crs = document.get('crs');
  if (crs === undefined) return 'EPSG:4326';
  if (!(crs instanceof Map)) throw new GeometryError('GeoJSON CRS must be an object');
  if (crs.get('type') !== 'name') throw new GeometryError('GeoJSON CRS must have field "type": "name"');
  const properties = crs.get('properties');
  if (!(properties instanceof Map)) {
    throw new GeometryError('CRS must have field "properties" which is an object');
  }
  const name = properties.get('name');
  if (typeof name !== 'string') throw new GeometryError('In CRS, "properties.name" must be a string');
  if (!CRS.has(name)) throw new GeometryError(`Unknown CRS name: ${name}`);
  return name;
}

/** Of a point on the sphere. */
function position(value: Value | undefined): Position {
  const coordinates = value instanceof Map ? [...value.values()] : Array.isArray(value) ? value : undefined;
  if (coordinates === undefined) throw new GeometryError('Point must be an array or object');
  const at = pair(coordinates);
  if (isOnSphere(at)) return at;
  const [lng, lat] = at.map((each) => String(Number(each.toPrecision(6))));
  throw new GeometryError(`longitude/latitude is out of bounds, lng: ${lng} lat: ${lat}`);
}

function pair(coordinates: readonly Value[]): Position {
  const [x, y] = coordinates;
  if (!isNumber(x) || !isNumber(y)) throw new GeometryError('Point must only contain numeric elements');
  const at: Position = [toNumber(x), toNumber(y)];
  if (at.every(Number.isFinite)) return at;
  throw new GeometryError('Point coordinates must be finite numbers');
}

function items(type: string, value: Value | undefined): readonly Value[] {
  if (!Array.isArray(value)) throw new GeometryError(`${type} coordinates must be an array`);
  if (value.length === 0) throw new GeometryError(`${type} coordinates must have at least 1 element`);
  return value;
}

function positions(value: Value | undefined): Position[] {
  if (!Array.isArray(value)) throw new GeometryError('GeoJSON coordinates must be an array of coordinates');
  const all = value.map(position);
  return all.filter((each, at) => at === 0 || each[0] !== all[at - 1]![0] || each[1] !== all[at - 1]![1]);
}

function line(value: Value | undefined): Shape {
  const vertices = positions(value);
  if (vertices.length < 2) {
    throw new GeometryError(
      `GeoJSON LineString must have at least 2 vertices: ${describeValue(value as Value)}`,
    );
  }
  return { kind: 'line', line: vertices };
}

function polygon(value: Value | undefined, isStrict: boolean): readonly Shape[] {
  if (!Array.isArray(value)) throw new GeometryError('Polygon coordinates must be an array');
  const rings = value.map(positions);
  checkRings(rings, value);
  return [{ kind: 'polygon', rings, isStrict }];
}

import { decodeDocument, isNumber, toNumber, type Doc, type Value } from '@argon/bson';
import type { IndexDefinition } from '@argon/materializer';
import { CommandError } from '../handler/errors';
import { describeValue } from '../match/parse/describe';
import { GeometryError } from './geometry';
import { storedGeometry } from './parse-geometry';

/**
 * Checks that a geospatial index can hold a document's places.
 * @throws CommandError 16755 and others, as mongod has them
 */
export function checkPlaces(index: IndexDefinition, kind: string, document: Uint8Array): void {
  const decoded = decodeDocument(document);
  for (const [path, value] of index.key) {
    if (value !== kind) continue;
    for (const place of valuesAt(decoded, path.split('.'))) {
      if (kind === '2dsphere') checkSpherical(place, path, decoded);
      else checkFlat(place, index, decoded);
    }
  }
}

function checkSpherical(place: Value, path: string, document: Doc): void {
  if (place === null || isEmpty(place)) return;
  try {
    const { shapes, type } = storedGeometry(place, path.split('.').at(-1)!);
    if (shapes.some((shape) => shape.kind === 'polygon' && shape.isStrict)) {
      throw new GeometryError("can't index geometry with strict winding order");
    }
    const [first] = shapes;
    if (type === 'legacy' && first?.kind === 'point') checkBounds(first.at);
  } catch (error) {
    if (!(error instanceof GeometryError)) throw error;
    throw new CommandError(16755, `Can't extract geo keys: ${describeValue(document)}  ${error.message}`);
  }
}

function checkBounds([lng, lat]: readonly [number, number]): void {
  if (Math.abs(lng) <= 180 && Math.abs(lat) <= 90) return;
  throw new GeometryError(`longitude/latitude is out of bounds, lng: ${lng} lat: ${lat}`);
}

/** mongod's index of the plane takes pairs of numbers, and lists of pairs; what is no array or object it leaves out. */
function checkFlat(place: Value, index: IndexDefinition, document: Doc): void {
  if (!(place instanceof Map || Array.isArray(place)) || isEmpty(place)) return;
  const members = membersOf(place);
  const [first] = members;
  if (!isNumber(first)) {
    for (const each of members) {
      if (!(each instanceof Map || Array.isArray(each))) {
        throw new CommandError(16804, 'location object expected, location array not in correct format');
      }
      checkPair(membersOf(each), index, document);
    }
    return;
  }
  checkPair(members, index, document);
}

function checkPair(members: readonly Value[], index: IndexDefinition, document: Doc): void {
  const because = ` :: caused by :: ${describeValue(document)}`;
  if (members.length < 2) throw new CommandError(13068, `geo field only has 1 element${because}`);
  const [x, y] = members;
  if (!isNumber(x) || !isNumber(y)) {
    throw new CommandError(13026, `geo values must be 'legacy coordinate pairs' for 2d indexes${because}`);
  }
  const [least, most] = [limit(index, 'min', -180), limit(index, 'max', 180)];
  const isInside = [x, y].every((each) => toNumber(each) >= least && toNumber(each) <= most);
  if (isInside) return;
  throw new CommandError(13027, `point not in interval of [ ${least}, ${most} ]${because}`);
}

function limit({ specification }: IndexDefinition, option: string, byDefault: number): number {
  const value = specification.get(option);
  return isNumber(value) ? toNumber(value) : byDefault;
}

function membersOf(place: Doc | readonly Value[]): readonly Value[] {
  return place instanceof Map ? [...place.values()] : place;
}

function isEmpty(place: Value): boolean {
  return Array.isArray(place) ? place.length === 0 : place instanceof Map && place.size === 0;
}

/** What a path leads to, through arrays of documents. */
function* valuesAt(value: Value | undefined, parts: readonly string[]): Generator<Value> {
  if (value === undefined) return;
  const [part, ...rest] = parts;
  if (part === undefined) yield value;
  else if (Array.isArray(value)) for (const item of value) yield* valuesAt(item, parts);
  else if (value instanceof Map) yield* valuesAt(value.get(part), rest);
}

import { bsonTypeName, isNumber, makeDouble, toNumber, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { NearQuery } from '../../geo/near';
import { addMetadata } from '../metadata';
import { setPath } from '../projection/set-path';
import type { StageCompiler } from './stage';

const GONE: ReadonlyMap<string, number> = new Map([
  ['limit', 50858],
  ['num', 50857],
  ['start', 50856],
]);

/** `$geoNear`: a collection's documents, the nearest first, with their distance. */
export const GEO_NEAR: StageCompiler = (argument, { env }, name) => {
  if (!(argument instanceof Map)) {
    throw new CommandError(10065, 'invalid parameter: expected an object ($geoNear)');
  }
  const wanted = read(argument);
  return {
    name,
    isSource: true,
    async *run() {
      const { collection } = env.namespace;
      const indexes = collection === undefined ? undefined : env.geoIndexes?.(collection);
      if (collection === undefined || indexes === undefined) {
        throw new CommandError(
          'NamespaceNotFound',
          `$geoNear requires a geo index to run, but ${env.namespace.database}.${collection} does not exist`,
        );
      }
      const key = wanted.key ?? onlyKey(indexes);
      const conditions = wanted.condition();
      const near = NearQuery.parse(key, conditions.keys().next().value!, conditions);
      const filter: Doc = new Map<string, Value>([
        ['$and', [new Map([[key, conditions]]), ...(wanted.query.size === 0 ? [] : [wanted.query])]],
      ]);
      for await (const batch of env.scan(collection, filter, true)) {
        yield batch.map((document) => described(document, near, wanted));
      }
    },
  };
};

interface Wanted {
  readonly distanceField: readonly string[];
  readonly includeLocs: readonly string[] | undefined;
  readonly multiplier: number;
  readonly key: string | undefined;
  readonly query: Doc;
  /** The conditions that `find` would be given. */
  condition(): Doc;
}

function described(document: Doc, near: NearQuery, wanted: Wanted): Doc {
  const nearest = near.nearest(document);
  if (nearest === undefined) return document;
  const measured = setPath(document, wanted.distanceField, makeDouble(nearest.distance * wanted.multiplier));
  const made =
    wanted.includeLocs === undefined ? measured : setPath(measured, wanted.includeLocs, nearest.place);
  return addMetadata(made, {
    geoNearDistance: makeDouble(nearest.distance),
    geoNearPoint: nearest.place,
    sortKey: [],
  });
}

function read(given: Doc): Wanted {
  for (const [field, code] of GONE) {
    if (given.has(field)) {
      const message = `$geoNear no longer supports the '${field}' parameter. Use a $limit stage instead.`;
      throw new CommandError(code, message);
    }
  }
  const near = given.get('near');
  if (near === undefined) throw new CommandError(5860400, "$geoNear requires a 'near' argument");
  if (!(near instanceof Map || Array.isArray(near))) {
    throw new CommandError(
      5860401,
      '$geoNear requires near argument to be a GeoJSON object or a legacy point(array)',
    );
  }
  const distanceField = given.get('distanceField');
  if (typeof distanceField !== 'string') {
    throw new CommandError(16606, "$geoNear requires a 'distanceField' option as a String");
  }
  const key = given.get('key');
  if (key !== undefined && typeof key !== 'string') {
    throw new CommandError(
      'TypeMismatch',
      `$geoNear parameter 'key' must be of type string but found type: ${bsonTypeName(key)}`,
    );
  }
  const query = given.get('query') ?? (new Map() as Doc);
  if (!(query instanceof Map)) throw new CommandError('TypeMismatch', 'query must be an object');
  const includeLocs = given.get('includeLocs');
  if (includeLocs !== undefined && typeof includeLocs !== 'string') {
    throw new CommandError(16607, "$geoNear requires that 'includeLocs' option is a String");
  }
  const limits = ['minDistance', 'maxDistance'].flatMap((field): [string, Value][] => {
    const value = amount(given, field);
    return value === undefined ? [] : [[`$${field}`, makeDouble(value)]];
  });
  const spherical = given.get('spherical');
  const isSpherical = spherical === true || (isNumber(spherical) && toNumber(spherical) !== 0);
  return {
    distanceField: pathOf(distanceField),
    includeLocs: includeLocs === undefined ? undefined : pathOf(includeLocs),
    multiplier: amount(given, 'distanceMultiplier') ?? 1,
    key,
    query,
    condition: () => {
      if (near instanceof Map && !isNumber(near.values().next().value)) {
        return new Map<string, Value>([
          ['$nearSphere', new Map<string, Value>([['$geometry', near], ...limits])],
        ]);
      }
      return new Map<string, Value>([[isSpherical ? '$nearSphere' : '$near', near], ...limits]);
    },
  };
}

function amount(given: Doc, field: string): number | undefined {
  const value = given.get(field);
  if (value === undefined) return undefined;
  if (!isNumber(value)) throw new CommandError('TypeMismatch', `${field} must be a number`);
  if (!(toNumber(value) >= 0)) throw new CommandError('BadValue', `${field} must be nonnegative`);
  return toNumber(value);
}

function pathOf(path: string): readonly string[] {
  if (path === '') throw new CommandError(40352, 'FieldPath cannot be constructed with empty string');
  return path.split('.');
}

/** One on the plane is preferred. @throws CommandError IndexNotFound where there is none, or a choice */
function onlyKey(indexes: readonly { readonly path: string; readonly kind: '2d' | '2dsphere' }[]): string {
  for (const kind of ['2d', '2dsphere'] as const) {
    const [first, second] = indexes.filter((index) => index.kind === kind);
    if (second !== undefined) {
      throw new CommandError(
        'IndexNotFound',
        `There is more than one ${kind} index; unsure which to use for $geoNear`,
      );
    }
    if (first !== undefined) return first.path;
  }
  throw new CommandError('IndexNotFound', '$geoNear requires a 2d or 2dsphere index, but none were found');
}

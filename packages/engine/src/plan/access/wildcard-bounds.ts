import { canonicalType, idKey, type Collation, type Value } from '@argon/bson';
import {
  arrayPathKey,
  wildcardPaths,
  type IndexDefinition,
  type IndexView,
  type WildcardPaths,
} from '@argon/materializer';
import { PathNode } from '../../match/path-node';
import type { Constraint } from '../bounds/constraint';
import {
  EVERYTHING,
  includes,
  interval,
  isEverything,
  isPoint,
  point,
  type Intervals,
} from '../bounds/interval';
import type { Collations } from '../bounds/predicate-bounds';
import { boundsFor, type IndexBounds } from './index-bounds';
import { indexField, indexOfFields, type PlannedIndex } from './planned-index';

/** What mongod calls the field of a wildcard index that holds paths. */
const PATH_FIELD = '$_path';
const OBJECT_CLASS = 20;
const ARRAY_CLASS = 25;
const NULL_KEY = idKey(null);

/** A wildcard index as an index on one path, with what has to be read of it. */
interface PathBounds {
  readonly index: PlannedIndex;
  readonly bounds: IndexBounds;
}

/** The ways in which a wildcard index can serve conditions: on one path at a time, and only where that has to be there. */
export async function wildcardBounds(
  view: IndexView,
  constraints: readonly Constraint[],
  collation: Collation | undefined,
): Promise<readonly PathBounds[]> {
  const held = heldPaths(view.definition);
  const found: PathBounds[] = [];
  for (const path of new Set(constraints.map((constraint) => constraint.path))) {
    const field = indexField(path, 0);
    // A number may name an item: the index does not tell.
    if (!held.holds(path) || field.isPositional) continue;
    const multikey = await arrayMask(view, field.parts);
    const usable = constraints
      .filter((constraint) => constraint.path === path)
      .flatMap((constraint) => usableConstraint(constraint, multikey !== 0, collation));
    if (usable.length > 0) found.push(...onPath(view, path, multikey, usable, collation));
  }
  return found;
}

function heldPaths({ key, specification }: IndexDefinition): WildcardPaths {
  const projection = specification.get('wildcardProjection');
  return wildcardPaths(key.keys().next().value!, projection instanceof Map ? projection : undefined);
}

function onPath(
  view: IndexView,
  path: string,
  multikey: number,
  constraints: readonly Constraint[],
  collation: Collation | undefined,
): readonly PathBounds[] {
  const key = new Map<string, Value>([
    [PATH_FIELD, 1],
    [path, 1],
  ]);
  const definition: IndexDefinition = { ...view.definition, key };
  const onlyValues = { ...definition, sparse: true };
  const values = indexOfFields(onlyValues, view, [indexField(path, multikey)]);
  const shown = new OnePathView(view, definition);
  const fields = [indexField(PATH_FIELD, 0), indexField(path, multikey)];
  return boundsFor(values, constraints, collation).map((bounds) => {
    const [intervals] = bounds.fields;
    // Where any value will do, what is inside the path's value is held under longer paths.
    const isWithin = isEverything(intervals!);
    const paths: Intervals = isWithin
      ? [point(path), interval(`${path}.`, true, `${path}/`, false)]
      : [point(path)];
    const index = indexOfFields(definition, shown, fields);
    return {
      index: { ...index, repeats: index.repeats || isWithin },
      bounds: { ...bounds, fields: [paths, intervals!] },
    };
  });
}

/** A condition under which a document has a key for the path; none if it may lack one. */
function usableConstraint(
  constraint: Constraint,
  multikey: boolean,
  collation: Collation | undefined,
): readonly Constraint[] {
  const bounds = constraint.bounds(multikey, byBytes(collation));
  if (bounds === undefined) return [];
  const { intervals } = bounds;
  if (bounds.requiresField === true) {
    return [{ ...constraint, bounds: () => ({ ...bounds, intervals: EVERYTHING }) }];
  }
  if (includes(intervals, NULL_KEY)) return [];
  if (constraint.negative) {
    return [{ ...constraint, bounds: () => ({ ...bounds, intervals: EVERYTHING, exact: false }) }];
  }
  if (!intervals.every(isOfHeldValues)) return [];
  return [constraint];
}

/**
 * Whether a condition is one for which a wildcard index might do, as far as missing fields go: what remains are numbers
 * in paths and types that are not held.
 */
export function mayUseWildcard(
  definition: IndexDefinition,
  constraint: Constraint,
  collation: Collation | undefined,
): boolean {
  if (!heldPaths(definition).holds(constraint.path)) return false;
  const bounds = constraint.bounds(false, byBytes(collation));
  if (bounds === undefined) return false;
  if (bounds.requiresField === true || !includes(bounds.intervals, NULL_KEY)) return true;
  // Those mongod does use it for, and loses documents.
  const { conjunct } = constraint;
  return conjunct instanceof PathNode && ['$gte', '$lte'].includes(conjunct.operator);
}

/** Wildcard indexes compare strings by their bytes. */
function byBytes(query: Collation | undefined): Collations | undefined {
  return query === undefined ? undefined : { index: undefined, query };
}

/** Objects and arrays are not held as such, but for empty ones. */
function isOfHeldValues(each: Intervals[number]): boolean {
  if (isPoint(each)) return !isFull(each.low.value);
  const from = canonicalType(each.low.value);
  const to = canonicalType(each.high.value);
  if (from > ARRAY_CLASS || to < OBJECT_CLASS) return true;
  // Texts end where objects begin.
  return to === OBJECT_CLASS && !each.high.after && !isFull(each.high.value) && from < OBJECT_CLASS;
}

function isFull(value: Value): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value instanceof Map && value.size > 0;
}

/** Which parts of a path lead to arrays in some document. */
async function arrayMask(view: IndexView, parts: readonly string[]): Promise<number> {
  let mask = 0;
  if (view.multikey[0] === 0) return mask;
  for (let part = 0; part < parts.length; part++) {
    const key = arrayPathKey(parts.slice(0, part + 1).join('.'));
    if ((await view.count({ from: key, to: key }, 1)) > 0) mask |= 1 << Math.min(part, 30);
  }
  return mask;
}

/** A wildcard index as one on a path and the values there. */
class OnePathView implements IndexView {
  readonly multikey: readonly number[];
  readonly forms: readonly number[];

  constructor(
    private readonly view: IndexView,
    readonly definition: IndexDefinition,
  ) {
    this.multikey = [0, ...view.multikey];
    this.forms = [0, ...view.forms];
  }

  keysOf(document: Uint8Array): ReturnType<IndexView['keysOf']> {
    return this.view.keysOf(document);
  }

  scan(options: Parameters<IndexView['scan']>[0]): ReturnType<IndexView['scan']> {
    return this.view.scan(options);
  }

  count(range: Parameters<IndexView['count']>[0], limit: number): ReturnType<IndexView['count']> {
    return this.view.count(range, limit);
  }

  estimate(range: Parameters<IndexView['estimate']>[0], limit: number): ReturnType<IndexView['estimate']> {
    return this.view.estimate(range, limit);
  }

  conflict(...args: Parameters<IndexView['conflict']>): ReturnType<IndexView['conflict']> {
    return this.view.conflict(...args);
  }

  firstDuplicate(): ReturnType<IndexView['firstDuplicate']> {
    return this.view.firstDuplicate();
  }
}

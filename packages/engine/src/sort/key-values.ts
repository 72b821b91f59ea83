import { BsonUndefined } from '@argon/bson';
import type { Doc, Value } from '@argon/bson';
import { CommandError } from '../handler/errors';
import { describeValue } from '../match/parse/describe';

/** How far one path of a sort has been followed. */
interface Progress {
  readonly left: readonly string[];
  /** Set once nothing is left to follow. */
  readonly value?: Value | undefined;
}

/** An item that a path names by its number, with what the rest of the path leads to from there. */
interface Indexed {
  readonly array: readonly Value[];
  readonly item: Value;
  readonly reached: Reached;
}

/** Where following a path ended: at an array or at the path's end (`value` set), or nowhere. */
interface Reached {
  readonly left: readonly string[];
  readonly value: Value | undefined;
}

/**
 * All combinations of values by which a document with arrays could be sorted: one for each item of the array that the
 * paths run through. The rules are those of mongod's keys for indexes: only one array may be expanded at a time, paths
 * through it go item by item together, an empty array counts as undefined, and what is missing as null.
 *
 * @throws CommandError if the paths run through two different arrays, or a number in a path could mean both an item
 * and a field.
 */
export function keyValues(document: Doc, paths: readonly (readonly string[])[]): (Value | undefined)[][] {
  const keys: (Value | undefined)[][] = [];
  expand(
    document,
    paths.map((left) => ({ left })),
    paths.map(() => undefined),
    keys,
  );
  return keys;
}

function expand(
  document: Doc | undefined,
  progress: readonly Progress[],
  indexed: readonly (Indexed | undefined)[],
  keys: (Value | undefined)[][],
): void {
  const next = [...progress];
  const inArray = new Set<number>();
  let array: readonly Value[] | undefined;
  let expandable = true;
  for (const [index, { left }] of progress.entries()) {
    if (left.length === 0) continue;
    const item = indexed[index];
    const reached = step(document, left, item);
    if (reached === undefined || reached.value === undefined) {
      next[index] = { left: [], value: null };
      continue;
    }
    next[index] = reached;
    if (!document?.has(left[0]!) && Array.isArray(item?.item)) expandable = false;
    if (!Array.isArray(reached.value)) continue;
    inArray.add(index);
    if (array !== undefined && array !== reached.value) {
      throw new CommandError('BadValue', 'cannot sort with keys that are parallel arrays');
    }
    array = reached.value;
  }
  if (array === undefined) keys.push(next.map(({ value }) => value));
  else if (array.length === 0) expandItem(BsonUndefined.VALUE, array, next, inArray, true, [], keys);
  else {
    const items = indexedItems(array, next, inArray);
    for (const item of array) expandItem(item, array, next, inArray, expandable, items, keys);
  }
}

function expandItem(
  item: Value,
  array: readonly Value[],
  progress: readonly Progress[],
  inArray: ReadonlySet<number>,
  expandable: boolean,
  indexed: readonly (Indexed | undefined)[],
  keys: (Value | undefined)[][],
): void {
  const next = progress.map((path, index) => {
    if (!inArray.has(index)) return path;
    return path.left.length > 0
      ? { left: path.left }
      : { left: [], value: expandable ? item : (array as Value[]) };
  });
  expand(item instanceof Map ? item : undefined, next, indexed, keys);
}

/** Follows a path in a document, or from the item of the array around it that the path names by number. */
function step(
  document: Doc | undefined,
  left: readonly string[],
  indexed: Indexed | undefined,
): Reached | undefined {
  const name = left[0]!;
  if (document?.has(name)) {
    if (indexed !== undefined) {
      // mongod shows the array as the document it is in BSON.
      const array = describeValue(new Map(indexed.array.map((item, index) => [String(index), item])));
      throw new CommandError(
        16746,
        'Ambiguous field name found in array (do not use numeric field names in embedded elements in an array), ' +
          `field: '${name}' for array: ${array}`,
      );
    }
    return follow(document, left);
  }
  return indexed?.reached;
}

/** Down to the path's end or to the first array. */
function follow(document: Doc, left: readonly string[]): Reached {
  const value = document.get(left[0]!);
  const rest = left.slice(1);
  if (rest.length === 0 || Array.isArray(value)) return { left: rest, value };
  return value instanceof Map ? follow(value, rest) : { left: [], value: undefined };
}

/** For every path that goes on with a number that this array has: that item. */
function indexedItems(
  array: readonly Value[],
  progress: readonly Progress[],
  inArray: ReadonlySet<number>,
): (Indexed | undefined)[] {
  return progress.map(({ left }, index) => {
    const name = left[0];
    if (name === undefined || !inArray.has(index) || !/^(?:0|[1-9]\d{0,8})$/.test(name)) return undefined;
    const item = array[Number(name)];
    if (item === undefined) return undefined;
    const rest = left.slice(1);
    if (rest.length === 0 || Array.isArray(item))
      return { array, item, reached: { left: rest, value: item } };
    return {
      array,
      item,
      reached: item instanceof Map ? follow(item, rest) : { left: [], value: undefined },
    };
  });
}

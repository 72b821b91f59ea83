import {
  isDifference,
  isSame,
  kindOfBoth,
  type ArrayDifference,
  type Difference,
  type DocumentDifference,
  type FoundValue,
} from './difference';
import { contentOf, fieldsOf, itemsOf } from './fields';

/*
 * What mongod writes down of an update by operators: the paths that they were given. Those are not in the log, so they are
 * told from the two images: exactly for fields and for what $push, $pop, $pull and positional operators do to arrays; where
 * two updates would lead to the same images, the one that is written more often is assumed. What is said is always true:
 * applied to the old image it gives the new one.
 */

/** The difference of two documents by the paths that operators would have named, in the order that mongod visits them in. */
export function operatorDifference(before: Uint8Array, after: Uint8Array): DocumentDifference {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  const updated: [string, FoundValue][] = [];
  const added: [string, FoundValue][] = [];
  const within: [string, Difference][] = [];
  for (const [name, value] of now) {
    const oldValue = old.get(name);
    if (oldValue === undefined) added.push([name, value]);
    else if (!isSame(oldValue, value)) {
      const change = changeWithin(oldValue, value);
      if (isDifference(change)) within.push([name, change]);
      else updated.push([name, change]);
    }
  }
  const removed = [...old.keys()].filter((name) => !now.has(name)).sort(byPath);
  updated.sort(([a], [b]) => byPath(a, b));
  within.sort(([a], [b]) => byPath(a, b));
  return { kind: 'document', removed, set: [...updated, ...added], within };
}

/** The value itself where it was set as a whole. */
function changeWithin(before: FoundValue, after: FoundValue): FoundValue | Difference {
  const kind = kindOfBoth(before, after);
  if (kind === undefined) return after;
  const difference =
    kind === 'document'
      ? documentDifference(contentOf(before), contentOf(after))
      : arrayDifference(contentOf(before), contentOf(after));
  return difference ?? after;
}

/** Undefined if the document was more likely set as a whole: it lost fields, and others are new or changed, or moved. */
function documentDifference(before: Uint8Array, after: Uint8Array): DocumentDifference | undefined {
  const difference = operatorDifference(before, after);
  const { removed, set, within } = difference;
  if (removed.length > 0 && set.length + within.length > 0) return undefined;
  if (removed.length === 0 && set.length + within.length === 0) return undefined;
  const [old, now] = [[...fieldsOf(before).keys()], fieldsOf(after)];
  const stayed = old.filter((name) => now.has(name));
  let at = 0;
  // Operators change fields where they are, and put new ones at the end.
  for (const name of now.keys()) {
    if (at === stayed.length) break;
    if (name !== stayed[at]) return undefined;
    at += 1;
  }
  return difference;
}

/** Undefined if the array was set as a whole, as $pull, $pop and $push with $position or $sort do. */
function arrayDifference(before: Uint8Array, after: Uint8Array): ArrayDifference | undefined {
  const [old, now] = [itemsOf(before), itemsOf(after)];
  if (now.length < old.length) return undefined;
  const items: [number, FoundValue | Difference][] = [];
  let replaced = 0;
  for (const [index, value] of now.entries()) {
    const oldValue = old[index];
    if (oldValue === undefined) items.push([index, value]);
    else if (!isSame(oldValue, value)) {
      if (now.length > old.length) return undefined;
      const change = changeWithin(oldValue, value);
      if (!isDifference(change)) replaced += 1;
      items.push([index, change]);
    }
  }
  if (items.length === 0 || (replaced > 1 && replaced === now.length)) return undefined;
  return { kind: 'array', length: undefined, items };
}

const DIGITS = /^(?:0|[1-9]\d*)$/;

/** As mongod's update visits names: by bytes, but array indexes by number. */
function byPath(a: string, b: string): number {
  if (DIGITS.test(a) && DIGITS.test(b)) return Number(a) - Number(b);
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

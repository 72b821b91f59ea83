import { BsonUndefined, idKey, invertedKey, MaxKey, MinKey, type Collation, type Value } from '@argon/bson';

/** A place between the keys of values: just before all keys that begin with one key, or just after them. */
export interface Cut {
  /** The least string that is after it, among ascending keys. */
  readonly position: string;
  /** The same where keys are inverted, of a descending field. */
  readonly inverted: string;
  /** The value whose key it stands beside, to be shown. */
  readonly value: Value;
  readonly after: boolean;
  /** How the index compares strings; undefined: by their bytes. */
  readonly collation?: Collation | undefined;
}

/** The values between two cuts; `low` is before `high`. */
export interface Interval {
  readonly low: Cut;
  readonly high: Cut;
}

/** Disjoint intervals in ascending order; none: no value at all. */
export type Intervals = readonly Interval[];

/** The cut before (or after) a value; `key` stands for several values if it is the beginning of their keys. */
export function cut(
  value: Value,
  after: boolean,
  key = idKey(value),
  collation: Collation | undefined = undefined,
): Cut {
  const inverted = invertedKey(key);
  return {
    position: after ? successor(key) : key,
    inverted: after ? inverted : successor(inverted),
    value,
    after,
    collation,
  };
}

/** The least string that is greater than all that begin with this one. */
export function successor(key: string): string {
  let length = key.length;
  while (length > 0 && key.charCodeAt(length - 1) === 255) length--;
  return key.slice(0, length - 1) + String.fromCharCode(key.charCodeAt(length - 1) + 1);
}

/** Between two values. */
export function interval(
  from: Value,
  fromInclusive: boolean,
  to: Value,
  toInclusive: boolean,
  collation?: Collation,
): Interval {
  return {
    low: cut(from, !fromInclusive, idKey(from, collation), collation),
    high: cut(to, toInclusive, idKey(to, collation), collation),
  };
}

export function point(value: Value, collation?: Collation): Interval {
  return interval(value, true, value, true, collation);
}

const LOWEST = cut(new MinKey(), false);
const HIGHEST = cut(new MaxKey(), true);

/** Nothing is between undefined and null. */
const AFTER_UNDEFINED = successor(idKey(BsonUndefined.VALUE));
const NULL = idKey(null);

/** Strings, documents and arrays are neighbours among the types. */
const BEFORE_STRINGS = idKey('').charAt(0);
const AFTER_ARRAYS = successor(idKey([]).charAt(0));

/** Every value. */
export const EVERYTHING: Intervals = [{ low: LOWEST, high: HIGHEST }];

export function isEverything(intervals: Intervals): boolean {
  return (
    intervals.length === 1 &&
    intervals[0]!.low.position === LOWEST.position &&
    intervals[0]!.high.position === HIGHEST.position
  );
}

/** Whether all values in it are equal. */
export function isPoint({ low, high }: Interval): boolean {
  if (low.after || !high.after || successor(low.position) !== high.position) return false;
  // Not so for the texts with a common beginning, or a class of types.
  return idKey(low.value, low.collation) === low.position;
}

/** Whether strings may be among the values, or what may hold strings. */
export function mayHoldStrings(intervals: Intervals): boolean {
  return intervals.some(({ low, high }) => low.position < AFTER_ARRAYS && high.position > BEFORE_STRINGS);
}

/** Whether a value, given by its ascending key, lies in one of the intervals. */
export function includes(intervals: Intervals, key: string): boolean {
  return intervals.some(({ low, high }) => key >= low.position && key < high.position);
}

export function union(lists: readonly Intervals[]): Intervals {
  const sorted = lists.flat().sort((a, b) => compareCuts(a.low, b.low));
  const result: Interval[] = [];
  for (const next of sorted) {
    const last = result[result.length - 1];
    // Two that only touch stay apart, as mongod keeps [1, 2) and [2, 2].
    if (last === undefined || next.low.position >= last.high.position) {
      if (next.low.position < next.high.position) result.push(next);
    } else if (next.high.position > last.high.position) {
      result[result.length - 1] = { low: last.low, high: next.high };
    }
  }
  return result;
}

export function intersection(a: Intervals, b: Intervals): Intervals {
  const result: Interval[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const x = a[i]!;
    const y = b[j]!;
    const low = x.low.position >= y.low.position ? x.low : y.low;
    const high = x.high.position <= y.high.position ? x.high : y.high;
    if (low.position < high.position) result.push({ low, high });
    if (x.high.position <= y.high.position) i++;
    else j++;
  }
  return result;
}

export function complement(intervals: Intervals): Intervals {
  const result: Interval[] = [];
  let low = LOWEST;
  for (const each of intervals) {
    const isGap = low.position === AFTER_UNDEFINED && each.low.position === NULL;
    if (low.position < each.low.position && !isGap) result.push({ low, high: each.low });
    low = each.high;
  }
  if (low.position < HIGHEST.position) result.push({ low, high: HIGHEST });
  return result;
}

/** Whether every value of `a` is one of `b`. */
export function isWithin(a: Intervals, b: Intervals): boolean {
  return a.every((inner) =>
    b.some((outer) => inner.low.position >= outer.low.position && inner.high.position <= outer.high.position),
  );
}

function compareCuts(a: Cut, b: Cut): number {
  return a.position < b.position ? -1 : a.position > b.position ? 1 : 0;
}

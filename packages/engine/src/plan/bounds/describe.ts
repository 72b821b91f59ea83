import { BSONSymbol, type Collation, type Value } from '@argon/bson';
import { describeValue } from '../../match/parse/describe';
import type { Cut, Interval, Intervals } from './interval';

/**
 * Intervals as explain shows them, in the order in which they are scanned.
 *
 * @param isCollated texts lie in the index by their sort keys
 */
export function describeIntervals(intervals: Intervals, descending: boolean, isCollated: boolean): Value[] {
  const shown = intervals.map((each) => describeInterval(each, descending, isCollated));
  return descending ? shown.reverse() : shown;
}

function describeInterval({ low, high }: Interval, descending: boolean, isCollated: boolean): string {
  const from = describeCut(low, isCollated);
  const to = describeCut(high, isCollated);
  if (descending) return `${high.after ? '[' : '('}${to}, ${from}${low.after ? ')' : ']'}`;
  return `${low.after ? '(' : '['}${from}, ${to}${high.after ? ']' : ')'}`;
}

function describeCut(cut: Cut, isCollated: boolean): string {
  const value = indexedValue(cut);
  if (!isCollated || typeof value !== 'string') return describeValue(value);
  return `CollationKey(0x${Buffer.from(value, 'latin1').toString('hex')})`;
}

/** The value as it lies in the index: with sort keys (a code unit a byte) for texts, if it has a collation. */
export function indexedValue({ value, collation }: Cut): Value {
  return collation === undefined ? value : withSortKeys(value, collation);
}

function withSortKeys(value: Value, collation: Collation): Value {
  if (typeof value === 'string' || value instanceof BSONSymbol) return collation.key(String(value));
  if (Array.isArray(value)) return value.map((item) => withSortKeys(item, collation));
  if (!(value instanceof Map)) return value;
  return new Map([...value].map(([name, inner]) => [name, withSortKeys(inner, collation)]));
}

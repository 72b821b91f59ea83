import type { Value } from '@argon/bson';
import { describeValue } from '../../match/parse/describe';
import type { Interval, Intervals } from './interval';

/** Intervals as explain shows them, in the order in which they are scanned. */
export function describeIntervals(intervals: Intervals, descending: boolean): Value[] {
  const shown = intervals.map((each) => describeInterval(each, descending));
  return descending ? shown.reverse() : shown;
}

function describeInterval({ low, high }: Interval, descending: boolean): string {
  const from = describeValue(low.value);
  const to = describeValue(high.value);
  if (descending) return `${high.after ? '[' : '('}${to}, ${from}${low.after ? ')' : ']'}`;
  return `${low.after ? '(' : '['}${from}, ${to}${high.after ? ']' : ')'}`;
}

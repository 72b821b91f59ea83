import type { Collation } from '@argon/bson';
import type { MatchNode } from '../../match/node';
import type { Direction } from '../../sort/parse';
import { isPoint, type Interval } from '../bounds/interval';
import { isSortable } from './index-sort';
import { KeyRanges } from './key-ranges';
import type { IndexScan } from './index-access';

/** Several scans that each give the order wanted, merged into one; records that more than one finds count once. */
export interface IndexMerge {
  readonly kind: 'SORT_MERGE';
  readonly branches: readonly IndexScan[];
  readonly sort: ReadonlyMap<string, Direction>;
  readonly isSorted: true;
  readonly residual: MatchNode | undefined;
  readonly isCovered: boolean;
  readonly fetchesLast?: false;
}

/** More scans than this cost more than sorting does; as in mongod. */
export const MOST_SCANS = 200;

export function indexMerge(
  branches: readonly IndexScan[],
  sort: ReadonlyMap<string, Direction>,
  residual: MatchNode | undefined,
): IndexMerge {
  const isCovered = residual === undefined && branches.every(({ covered }) => covered !== undefined);
  return { kind: 'SORT_MERGE', branches, sort, isSorted: true, residual, isCovered };
}

/**
 * A scan whose first fields are bound to single values, as one scan for each combination of these: if the fields after
 * them are what is sorted by, each gives the order wanted. Undefined if not.
 */
export function scansInOrder(
  scan: IndexScan,
  sort: ReadonlyMap<string, Direction>,
  collation: Collation | undefined,
): readonly IndexScan[] | undefined {
  const { index, bounds } = scan;
  const ranged = bounds.fields.findIndex((intervals) => !intervals.every(isPoint));
  if (ranged <= 0) return undefined;
  const wanted = [...sort];
  const direction = ([1, -1] as const).find((each) =>
    wanted.every(([path, order], at) => {
      const field = index.fields[ranged + at];
      return field?.path === path && field.direction * each === order;
    }),
  );
  if (direction === undefined) return undefined;
  const reverse = direction === -1;
  const prefixes = combinations(
    bounds.fields.slice(0, ranged).map((intervals, at) => {
      const isBackward = (index.directions[at] === -1) !== reverse;
      return isBackward ? [...intervals].reverse() : intervals;
    }),
  );
  if (prefixes.length === 0 || prefixes.length > MOST_SCANS) return undefined;
  const scans = prefixes.map((prefix): IndexScan => {
    const fields = [...prefix.map((interval) => [interval]), ...bounds.fields.slice(ranged)];
    return {
      ...scan,
      bounds: { ...bounds, fields },
      ranges: new KeyRanges(fields, index.directions),
      reverse,
      isSorted: true,
    };
  });
  const isGiven = wanted.every((_, at) => isSortable(index, scans[0]!.bounds, ranged + at, collation));
  return isGiven ? scans : undefined;
}

/** The first field's values change first, as in mongod. */
function combinations(fields: readonly (readonly Interval[])[]): Interval[][] {
  let found: Interval[][] = [[]];
  for (const intervals of fields) {
    found = intervals.flatMap((interval) => found.map((prefix) => [...prefix, interval]));
  }
  return found;
}

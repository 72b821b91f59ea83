import type { MaybePromise } from '@argon/wal';
import { isPoint } from '../bounds/interval';
import { isCovered, type IndexAccess, type IndexScan } from './index-access';

/** How many of the records found are wanted. */
export interface Wanted {
  readonly skip: number;
  /** 0: all. */
  readonly limit: number;
  readonly sort?: unknown;
}

/** So many ranges are counted; the others are taken to be like them. */
const RANGES_COUNTED = 32;
/** Keys are counted up to this many: beyond it, plans are told apart by order alone. */
const COUNTED = 100_000;
/** What fetching and testing a document costs, in keys read. */
const FETCH = 4;
/** What holding and sorting a document costs. */
const SORT = 2;

/** What each way would cost, in keys read. Of equals, the one with more fields bound to single values costs less. */
export async function estimatedCost(
  candidates: readonly IndexAccess[],
  wanted: Wanted,
  total: number,
): Promise<number[]> {
  const keys: number[] = [];
  for (const each of candidates) keys.push(await keysOf(each, total));
  // No more records can match than the narrowest bounds have keys.
  const matches = Math.max(1, Math.min(...keys));
  return candidates.map((each, at) => {
    const read = keys[at]!;
    const isBlocking = wanted.sort !== undefined && !each.isSorted;
    const isCutShort = wanted.limit > 0 && !isBlocking;
    // Matches are taken to lie evenly among the keys.
    const examined = isCutShort ? Math.min(read, ((wanted.skip + wanted.limit) * read) / matches) : read;
    const sorted = isBlocking ? read * SORT : 0;
    const fetched = isCovered(each) ? (each.fetchesLast === true ? taken(read, wanted) : 0) : examined;
    const cost = examined + fetched * FETCH + sorted;
    return cost - preference(each);
  });
}

/** How many of so many are handed on. */
function taken(found: number, { skip, limit }: Wanted): number {
  return limit === 0 ? Math.max(0, found - skip) : Math.min(found, limit);
}

/** Less than any difference that matters. */
function preference(access: IndexAccess): number {
  if (access.kind === 'OR') return -0.5;
  if (access.kind === 'SORT_MERGE') return 0;
  const points = access.bounds.fields.findIndex(
    (intervals) => intervals.length !== 1 || !isPoint(intervals[0]!),
  );
  const equal = points < 0 ? access.bounds.fields.length : points;
  return equal * 0.01 + (access.residual === undefined ? 0.1 : 0) - access.bounds.fields.length * 0.001;
}

async function keysOf(access: IndexAccess, total: number): Promise<number> {
  if (access.kind === 'IXSCAN') return keysWithin(access, total);
  let sum = 0;
  for (const branch of access.branches) sum += await keysOf(branch, total);
  return sum;
}

async function keysWithin({ index, ranges, bounds }: IndexScan, total: number): Promise<number> {
  if (
    bounds.fields.every((field) => field.length === 1 && field[0]!.low.position === '\x01') &&
    !index.isMultikey
  ) {
    // The whole index, as long as each record has one key.
    if (ranges.isExact && !index.definition.sparse && index.definition.partial === undefined) return total;
  }
  let counted = 0;
  let seen = 0;
  for (const range of ranges.ranges(false)) {
    if (seen++ === RANGES_COUNTED) break;
    const limit = COUNTED - counted;
    const found: MaybePromise<number> = index.view.estimate({ ...range, toInclusive: false }, limit);
    counted += found instanceof Promise ? await found : found;
    if (counted >= COUNTED) break;
  }
  return seen > RANGES_COUNTED ? (counted * ranges.count) / RANGES_COUNTED : counted;
}

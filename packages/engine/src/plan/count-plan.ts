import type { Doc, Value } from '@argon/bson';
import type { Matcher } from '../match/compile';
import type { CollectionView } from '../view/collection-view';
import { chooseAccessPath, consideredPaths, type AccessPath, type AccessRequest } from './access-path';
import type { IndexScan } from './access/index-access';
import { indexEntries } from './access/index-records';
import { indexedValue } from './bounds/describe';
import { accessStages, indexFields, indexScanStage, stage } from './explain/stages';
import type { Hint } from './hint';
import { nothingExamined, select, type Examined } from './select';

export interface CountQuery {
  readonly matcher: Matcher;
  readonly hint: Hint | undefined;
  readonly skip: number;
  /** 0: no limit. */
  readonly limit: number;
}

/** How many documents a filter matches, looking at as few of them as can be. */
export class CountPlan {
  private constructor(
    private readonly view: CollectionView,
    readonly query: CountQuery,
    readonly path: AccessPath,
  ) {}

  static async make(view: CollectionView, query: CountQuery): Promise<CountPlan> {
    return new CountPlan(view, query, await chooseAccessPath(view, query.matcher, requestOf(query)));
  }

  /** The number of matches after `skip`, at most `limit`. */
  async run(check: () => void, examined: Examined = nothingExamined()): Promise<number> {
    const { skip, limit } = this.query;
    const enough = limit === 0 ? Infinity : skip + limit;
    const matched = Math.max(0, (await this.count(enough, check, examined)) - skip);
    return limit === 0 ? matched : Math.min(matched, limit);
  }

  private async count(enough: number, check: () => void, examined: Examined): Promise<number> {
    const { view, path } = this;
    if (path.kind === 'EOF') return 0;
    if (path.kind === 'COLLSCAN' && this.query.matcher.always) return view.count;
    if (path.kind === 'IXSCAN' && isCountable(path)) return countKeys(path, enough, examined);
    let matched = 0;
    if ((path.kind === 'IXSCAN' || path.kind === 'OR') && path.residual === undefined) {
      for await (const records of indexEntries(view, path, 0, examined)) {
        check();
        matched += records.length;
        if (matched >= enough) break;
      }
      return matched;
    }
    for await (const { refs } of select(view, this.query.matcher, path, { check, examined })) {
      matched += refs.length;
      if (matched >= enough) break;
    }
    return matched;
  }

  /** The same by all ways through indexes that there are, this one among them. */
  async considered(): Promise<readonly CountPlan[]> {
    const { view, query } = this;
    const paths = await consideredPaths(view, query.matcher, requestOf(query));
    return paths.map((path) => new CountPlan(view, query, path));
  }

  explain(): Doc {
    const { path, query } = this;
    if (path.kind === 'COLLSCAN' && query.matcher.always) return stage('RECORD_STORE_FAST_COUNT', []);
    if (path.kind !== 'IXSCAN' || path.residual !== undefined) {
      return stage('COUNT', [], accessStages(path, query.matcher.root));
    }
    if (!isCountable(path) || path.ranges.count !== 1) {
      return stage('COUNT', [], indexScanStage(path));
    }
    return stage('COUNT', [], stage('COUNT_SCAN', [...indexFields(path), ['indexBounds', keyBounds(path)]]));
  }
}

function requestOf({ hint, skip, limit }: CountQuery): AccessRequest {
  return { hint, skip, limit };
}

/** Each key within bounds is one match. */
function isCountable({ residual, keyFilter, index, ranges }: IndexScan): boolean {
  return residual === undefined && keyFilter === undefined && !index.repeats && ranges.isExact;
}

async function countKeys({ index, ranges }: IndexScan, enough: number, examined: Examined): Promise<number> {
  let counted = 0;
  for (const range of ranges.ranges(false)) {
    const found = index.view.count({ ...range, toInclusive: false }, enough - counted);
    counted += found instanceof Promise ? await found : found;
    examined.seeks++;
    if (counted >= enough) break;
  }
  examined.keys += counted;
  return counted;
}

/** The first and last key of one range, as explain shows them for a count. */
function keyBounds({ index, bounds }: IndexScan): Doc {
  const start: Doc = new Map();
  const end: Doc = new Map();
  let startInclusive = true;
  let endInclusive = true;
  for (const [at, { path, direction }] of index.fields.entries()) {
    const { low, high } = bounds.fields[at]![0]!;
    start.set(path, indexedValue(direction === 1 ? low : high));
    end.set(path, indexedValue(direction === 1 ? high : low));
    startInclusive &&= direction === 1 ? !low.after : high.after;
    endInclusive &&= direction === 1 ? high.after : !low.after;
  }
  return new Map<string, Value>([
    ['startKey', start],
    ['startKeyInclusive', startInclusive],
    ['endKey', end],
    ['endKeyInclusive', endInclusive],
  ]);
}

import {
  compareValues,
  distinctValuesAtPath,
  idKey,
  keyValue,
  splitKey,
  type Doc,
  type Value,
} from '@argon/bson';
import { indexKind } from '@argon/materializer';
import type { Lsn } from '@argon/wal';
import type { Matcher } from '../match/compile';
import type { CollectionView } from '../view/collection-view';
import { chooseAccessPath, isIndexAccess, type AccessPath } from './access-path';
import { wholeIndex } from './access/index-bounds';
import { KeyRanges } from './access/key-ranges';
import { isCovered, type IndexScan } from './access/index-access';
import { plannedIndex } from './access/planned-index';
import { successor } from './bounds/interval';
import { accessStages, directionAndBounds, indexFields, stage } from './explain/stages';
import type { Hint } from './hint';
import { nothingExamined, select, type Examined } from './select';

/** A part of a path that may be a place in an array. */
const NUMBERED = /(^|\.)\d+(\.|$)/;

export interface DistinctQuery {
  readonly key: string;
  readonly matcher: Matcher;
  readonly hint: Hint | undefined;
}

/** The distinct values of a field: with an index on it, one look per value; else from all documents that match. */
export class DistinctPlan {
  private constructor(
    private readonly view: CollectionView,
    readonly query: DistinctQuery,
    readonly path: AccessPath,
    /** A scan that goes from one value of the field to the next. */
    private readonly skipping: IndexScan | undefined,
  ) {}

  static async make(view: CollectionView, query: DistinctQuery): Promise<DistinctPlan> {
    const path = await chooseAccessPath(view, query.matcher, {
      hint: query.hint,
      needed: new Set([query.key]),
    });
    const scan = path.kind === 'IXSCAN' ? path : await wholeScan(view, query, path);
    return new DistinctPlan(view, query, path, scan !== undefined && canSkip(scan, query) ? scan : undefined);
  }

  /** In their order, as mongod tells them, of equal ones the first that was met. */
  async run(check: () => void, examined: Examined = nothingExamined()): Promise<Value[]> {
    const { collation } = this.query.matcher;
    return (await this.found(check, examined)).sort((a, b) => compareValues(a, b, collation));
  }

  private async found(check: () => void, examined: Examined): Promise<Value[]> {
    const found = new Map<string, Value>();
    const path = this.query.key.split('.');
    if (this.skipping !== undefined) {
      for await (const [part, value] of this.firsts(this.skipping, check, examined)) {
        if (!found.has(part)) found.set(part, value);
      }
      return [...found.values()];
    }
    for await (const { documents } of select(this.view, this.query.matcher, this.path, { check, examined })) {
      for (const bytes of documents) {
        for (const value of distinctValuesAtPath(bytes, path)) {
          const id = idKey(value, this.query.matcher.collation);
          if (!found.has(id)) found.set(id, value);
        }
      }
    }
    return [...found.values()];
  }

  explain(): Doc {
    const { skipping, path, query } = this;
    const access =
      skipping === undefined
        ? accessStages(path, query.matcher.root)
        : stage('DISTINCT_SCAN', [...indexFields(skipping), ...directionAndBounds(skipping)]);
    if (skipping === undefined && !(isIndexAccess(path) && isCovered(path))) return access;
    const name = query.key.includes('.') ? 'PROJECTION_DEFAULT' : 'PROJECTION_COVERED';
    return stage(name, [['transformBy', new Map()]], access);
  }

  /** Each value, with its part of the key. What is missing lies under null in an index, and is null to mongod too. */
  private async *firsts(
    { index, ranges }: IndexScan,
    check: () => void,
    examined: Examined,
  ): AsyncGenerator<readonly [string, Value]> {
    const [direction] = index.directions;
    for (const range of ranges.ranges(false)) {
      for (let from = range.from; from < range.to;) {
        check();
        examined.seeks++;
        const next = index.view.scan({ from, to: range.to, toInclusive: false, batchSize: 1 }).next();
        const [entry] = (next instanceof Promise ? await next : next) ?? [];
        if (entry === undefined) break;
        examined.keys++;
        const [part] = splitKey(entry.key, [direction!]);
        const value = keyValue(part!, index.view.forms[0]!);
        yield [part!, value ?? (await this.read(entry.record, examined))];
        from = successor(entry.key.slice(0, part!.length));
      }
    }
  }

  /** The value of a record whose key does not tell it. */
  private async read(record: Lsn, examined: Examined): Promise<Value> {
    examined.documents++;
    const [bytes] = await this.view.loadAll(await this.view.refs([record]));
    return distinctValuesAtPath(bytes!, this.query.key.split('.'))[0] ?? null;
  }
}

/** Without a filter: an index that begins with the field, read whole. */
async function wholeScan(
  view: CollectionView,
  { key, matcher, hint }: DistinctQuery,
  path: AccessPath,
): Promise<IndexScan | undefined> {
  if (path.kind !== 'COLLSCAN' || !matcher.always || hint !== undefined) return undefined;
  if (matcher.collation !== undefined) return undefined;
  for (const definition of view.indexes) {
    const [first] = definition.key.keys();
    if (first !== key || definition.sparse || definition.partial !== undefined) continue;
    if (indexKind(definition.key) !== 'ordered') continue;
    const index = await view.index(definition);
    if (index === undefined) continue;
    const planned = plannedIndex(index);
    if (planned.collation !== undefined) continue;
    const bounds = wholeIndex(planned);
    return {
      kind: 'IXSCAN',
      index: planned,
      bounds,
      ranges: new KeyRanges(bounds.fields, planned.directions),
      reverse: false,
      isSorted: false,
      keyFilter: undefined,
      residual: undefined,
      covered: [key],
      sortable: undefined,
    };
  }
  return undefined;
}

function canSkip(
  { index, ranges, residual, keyFilter }: IndexScan,
  { key, matcher }: DistinctQuery,
): boolean {
  if (index.collation !== undefined || matcher.collation !== undefined) return false;
  if (residual !== undefined || keyFilter !== undefined) return false;
  // Such an index holds null for what is missing, too, and mongod reads the documents then.
  if (NUMBERED.test(key)) return false;
  return index.fields[0]!.path === key && !index.repeats && ranges.isExact;
}

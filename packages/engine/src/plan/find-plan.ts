import { decodeDocument, Long, makeDouble, type Doc } from '@argon/bson';
import type { IndexDefinition, RecordRef } from '@argon/materializer';
import type { MaybePromise } from '@argon/wal';
import type { DocumentMetadata } from '../aggregate/metadata';
import type { Variables } from '../aggregate/expression/expression';
import { CommandError } from '../handler/errors';
import type { Matcher } from '../match/compile';
import { PathNode } from '../match/path-node';
import { compileProjection, type Projector } from '../project/compile';
import { compileSort, type Score, type Sorter } from '../sort/compile';
import { nearSorter } from '../sort/near';
import { nearIndex } from './near-index';
import { sortSelection } from './sort-selection';
import { clusteredIndexOf } from '../view/clustered';
import type { CollectionView } from '../view/collection-view';
import {
  chooseAccessPath,
  consideredPaths,
  isIndexAccess,
  type AccessPath,
  type AccessRequest,
} from './access-path';
import type { WantedRange } from './access/given-range';
import { isCovered } from './access/index-access';
import type { Hint } from './hint';
import { projectionPaths } from './needs/projection-paths';
import { returnedKey } from './return-key';
import { select, type Examined, type Selection, type ShownKeys } from './select';

export interface FindQuery {
  readonly filter: Doc;
  readonly matcher: Matcher;
  readonly sort: Doc | undefined;
  readonly projection: Doc | undefined;
  readonly skip: number;
  /** 0: no limit. */
  readonly limit: number;
  readonly hint: Hint | undefined;
  /** `min` and `max`. */
  readonly range?: WantedRange | undefined;
  readonly variables: Variables | undefined;
  readonly now: Date;
  readonly memoryLimit: number;
  readonly allowDiskUse: boolean;
  /** Only how many documents there are matters: where none has to be looked at, empty ones stand for them. */
  readonly onlyNumber?: boolean;
  /** What else is asked of the documents, with `$meta`. */
  readonly metadata?: ReadonlySet<string> | undefined;
  /** `returnKey`: of each document, the key of the index that it was found by. */
  readonly returnKey?: boolean;
  /** The paths that are read of the documents, where there is no projection to say so; undefined: all is wanted. */
  readonly needed?: ReadonlySet<string> | undefined;
}

/** A find, from access path to projection. Reads one immutable state, so it may run at any time, and again. */
export class FindPlan {
  /** The keys of the index that records were found by, if they are asked for. */
  readonly #keys: ShownKeys | undefined;

  private constructor(
    readonly view: CollectionView,
    readonly query: FindQuery,
    private readonly request: AccessRequest,
    readonly path: AccessPath,
    private readonly sorter: Sorter | undefined,
    private readonly projector: Projector | undefined,
  ) {
    const isAsked = projector?.needs.has('indexKey') === true || query.metadata?.has('indexKey') === true;
    // A search by distance reads more of an index than one key for each document.
    if ((isAsked || query.returnKey === true) && query.matcher.near === undefined) this.#keys = new WeakMap();
  }

  /** @throws CommandError for a sort or projection that mongod would refuse */
  static make(view: CollectionView, query: FindQuery): MaybePromise<FindPlan> {
    const given =
      query.sort === undefined
        ? undefined
        : compileSort(query.sort, scoreOf(query.matcher), query.matcher.collation);
    const { near } = query.matcher;
    const plain = given === undefined || given.identity || given.natural !== undefined ? undefined : given;
    const sorter = plain ?? (near === undefined ? undefined : nearSorter(near));
    const projector =
      query.projection === undefined || query.projection.size === 0
        ? undefined
        : compileProjection(query.projection, {
            now: query.now,
            hasTextScore: query.matcher.text !== undefined,
            hasNear: query.matcher.near !== undefined,
            collation: query.matcher.collation,
            ...(query.variables === undefined ? {} : { variables: query.variables }),
          });
    if (projector?.needs.has('sortKey') === true && sorter === undefined) {
      throw new CommandError('BadValue', 'cannot use sortKey $meta projection without a sort');
    }
    const request: AccessRequest = {
      hint: given?.natural === undefined ? query.hint : { natural: given.natural },
      range: query.range,
      sort: sorter?.fields,
      needed: projector === undefined ? query.needed : neededBy(projector, query.projection!),
      skip: query.skip,
      limit: query.limit,
    };
    const path = chooseAccessPath(view, query.matcher, request);
    const plan = (chosen: AccessPath) =>
      new FindPlan(view, query, request, shownBy(query, projector, chosen), sorter, projector);
    return path instanceof Promise ? path.then(plan) : plan(path);
  }

  /** The same by all ways through indexes that there are, this one among them. */
  async considered(): Promise<readonly FindPlan[]> {
    const { view, query, request, sorter, projector } = this;
    const paths = await consideredPaths(view, query.matcher, request);
    return paths.map((path) => new FindPlan(view, query, request, path, sorter, projector));
  }

  /** Whether nothing but an index is read. */
  get isCovered(): boolean {
    return isIndexAccess(this.path) && isCovered(this.path) && !this.fetchesLast;
  }

  /** Whether keys are sorted, and documents read afterwards. */
  get fetchesLast(): boolean {
    return isIndexAccess(this.path) && this.path.fetchesLast === true;
  }

  /** Whether more is asked of records than what they hold. */
  get asksMetadata(): boolean {
    return this.query.returnKey === true || (this.projector?.needs.size ?? 0) > 0;
  }

  /** Whether the records found have to be collected and sorted. */
  get isSorting(): boolean {
    if (this.sorter === undefined) return false;
    return !isIndexAccess(this.path) || !this.path.isSorted;
  }

  /** The index behind a sort by distance; undefined if there is none. */
  get near(): IndexDefinition | undefined {
    const { matcher, sort, hint } = this.query;
    if (matcher.near === undefined || (sort !== undefined && sort.size > 0)) return undefined;
    return this.path.kind === 'EOF' ? undefined : nearIndex(this.view, matcher.near, hint);
  }

  /** Whether records are passed over before their documents are read: every one found counts. */
  get skipsRecords(): boolean {
    return !this.isSorting && isIndexAccess(this.path) && this.path.residual === undefined;
  }

  /** Documents in bytes, as the client gets them. */
  async *run(check: () => void, examined?: Examined): AsyncGenerator<readonly Uint8Array[]> {
    for await (const { refs, documents } of this.records(check, examined)) {
      if (this.projector === undefined && this.query.returnKey !== true) yield documents;
      else yield documents.map((bytes, i) => this.shown(bytes, refs[i]!));
    }
  }

  /** What `$meta` can name of a record that was found. */
  metadata(bytes: Uint8Array, ref: RecordRef, wanted: ReadonlySet<string>): DocumentMetadata {
    const { matcher } = this.query;
    const score = wanted.has('textScore') ? scoreOf(matcher) : undefined;
    const isNear = wanted.has('geoNearDistance') || wanted.has('geoNearPoint');
    const indexKey = wanted.has('indexKey') && !this.isLookup ? this.keyOf(bytes, ref) : undefined;
    const nearest = isNear ? matcher.near?.nearest(decodeDocument(bytes)) : undefined;
    return {
      ...(wanted.has('recordId') ? { recordId: Long.fromNumber(ref.record) } : {}),
      ...(score === undefined ? {} : { textScore: makeDouble(score(bytes)) }),
      ...(nearest === undefined
        ? {}
        : { geoNearDistance: makeDouble(nearest.distance), geoNearPoint: nearest.place }),
      ...(indexKey === undefined ? {} : { indexKey }),
      ...(wanted.has('sortKey') ? { sortKey: this.sorter?.values(bytes) ?? [] } : {}),
    };
  }

  /** A document that was found, as the client gets it. */
  shown(bytes: Uint8Array, ref: RecordRef): Uint8Array {
    const { projector } = this;
    if (this.query.returnKey === true) return this.returned(bytes, ref);
    return projector === undefined ? bytes : this.project(projector, bytes, ref);
  }

  /** The key of the index that it was found by; undefined if it was found by none. */
  private keyOf(bytes: Uint8Array, ref: RecordRef): Doc | undefined {
    if (this.path.kind !== 'IDHACK') return this.#keys?.get(ref);
    if (clusteredIndexOf(this.view.catalog) !== undefined) return undefined;
    return new Map([['_id', this.isLookup ? this.path.id : (decodeDocument(bytes).get('_id') ?? null)]]);
  }

  /** Whether nothing but an `_id` is asked for, of which mongod knows no index key but for `returnKey`. */
  private get isLookup(): boolean {
    return this.path.kind === 'IDHACK' && this.query.matcher.root instanceof PathNode;
  }

  private returned(bytes: Uint8Array, ref: RecordRef): Uint8Array {
    const paths = this.projector?.sortKeyPaths ?? [];
    return returnedKey(
      this.keyOf(bytes, ref),
      paths.length === 0 ? undefined : this.sorter?.values(bytes),
      paths,
    );
  }

  private project(projector: Projector, bytes: Uint8Array, ref: RecordRef): Uint8Array {
    const position = projector.needsPosition
      ? this.query.matcher.matchesWithPosition(bytes).position
      : undefined;
    const { needs } = projector;
    if (needs.size === 0) return projector.project(bytes, position);
    return projector.project(bytes, position, this.metadata(bytes, ref, needs));
  }

  private async fetched(refs: readonly RecordRef[], examined: Examined | undefined): Promise<Selection> {
    const current = await this.view.refs(refs.map(({ record }) => record));
    if (examined !== undefined) examined.documents += current.length;
    for (const [i, ref] of current.entries()) {
      const key = this.#keys?.get(refs[i]!);
      if (key !== undefined) this.#keys!.set(ref, key);
    }
    return { refs: [...current], documents: [...(await this.view.loadAll(current))] };
  }

  /** The records found, sorted, skipped and limited, before projection. */
  async *records(check: () => void, examined?: Examined): AsyncGenerator<Selection> {
    const { matcher, skip, limit } = this.query;
    const wanted = limit === 0 || this.isSorting ? 0 : skip + limit;
    const onlyNumber = this.query.onlyNumber === true && !this.isSorting;
    const options = {
      check,
      examined,
      wanted,
      onlyNumber,
      keys: this.#keys,
      skip: this.skipsRecords ? skip : 0,
    };
    let source: AsyncIterable<Selection> = select(this.view, matcher, this.path, options);
    if (this.isSorting) {
      source = sortSelection(source, this.sorter!, {
        limit: limit === 0 ? undefined : skip + limit,
        maxBytes: this.query.memoryLimit,
        allowDiskUse: this.query.allowDiskUse,
      });
    }
    let toSkip = this.skipsRecords ? 0 : skip;
    let left = limit === 0 ? Infinity : limit;
    for await (const selection of source) {
      let { refs, documents }: { refs: RecordRef[]; documents: Uint8Array[] } = selection;
      if (toSkip > 0) {
        const skipped = Math.min(toSkip, refs.length);
        toSkip -= skipped;
        refs = refs.slice(skipped);
        documents = documents.slice(skipped);
      }
      if (refs.length > left) {
        refs = refs.slice(0, left);
        documents = documents.slice(0, left);
      }
      left -= refs.length;
      if (refs.length > 0) yield this.fetchesLast ? await this.fetched(refs, examined) : { refs, documents };
      if (left === 0) return;
    }
  }
}

/** How well documents meet the filter's search; undefined if it has none. */
function scoreOf({ text }: Matcher): Score | undefined {
  if (text === undefined) return undefined;
  return (document) => text.score(document instanceof Map ? document : decodeDocument(document)) ?? 0;
}

/** Of keys alone, no document is read. */
function shownBy(
  { returnKey, sort }: FindQuery,
  projector: Projector | undefined,
  path: AccessPath,
): AccessPath {
  if (returnKey !== true || path.kind !== 'IXSCAN' || path.residual !== undefined) return path;
  const isSorted =
    sort === undefined || sort.size === 0 || (path.isSorted && projector?.needs.has('sortKey') !== true);
  return isSorted ? { ...path, covered: [] } : path;
}

function neededBy(projector: Projector, projection: Doc): ReadonlySet<string> | undefined {
  return projector.needsPosition || projector.needs.size > 0 ? undefined : projectionPaths(projection);
}

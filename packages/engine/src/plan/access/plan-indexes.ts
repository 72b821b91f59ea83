import { indexKind, type IndexDefinition } from '@argon/materializer';
import { CommandError } from '../../handler/errors';
import type { Collation } from '@argon/bson';
import type { MatchNode } from '../../match/node';
import { AndNode } from '../../match/operators/and';
import { OrNode } from '../../match/operators/or';
import type { Direction } from '../../sort/parse';
import type { CollectionView } from '../../view/collection-view';
import { ID_INDEX_DEFINITION } from '../../view/id-index-view';
import { conjunctsOf, constraintsOf, type Constraint } from '../bounds/constraint';
import { isPoint } from '../bounds/interval';
import { inExplainOrder } from '../explain/filter-document';
import { type IndexAccess, type IndexScan, type IndexUnion, sortedByKeys } from './index-access';
import { estimatedCost, type Wanted } from './cost';
import { boundsFor, isCompleteThoughSparse, wholeIndex, type IndexBounds } from './index-bounds';
import { sortDirection } from './index-sort';
import { coveringPaths } from './key-documents';
import { KeyRanges } from './key-ranges';
import { isImplied } from './partial-index';
import { plannedIndex, type PlannedIndex } from './planned-index';
import { isAboutPlaces, sphereScans } from './sphere-scans';
import { mayUseWildcard, wildcardBounds } from './wildcard-bounds';
import { indexMerge, MOST_SCANS, scansInOrder, type IndexMerge } from './sort-merge';

/** What an access path is chosen for. */
export interface PlanRequest extends Wanted {
  readonly root: MatchNode;
  /** How strings compare; undefined: by their bytes. */
  readonly collation: Collation | undefined;
  /** The order wanted, by path; undefined if any will do. */
  readonly sort: ReadonlyMap<string, Direction> | undefined;
  /** The paths that will be read of the documents; undefined: all of them are wanted. */
  readonly needed: ReadonlySet<string> | undefined;
  /** The index to use. */
  readonly hint: IndexDefinition | undefined;
}

/** The cheapest way through indexes; undefined if none is of use. */
export async function planIndexes(
  view: CollectionView,
  request: PlanRequest,
): Promise<IndexAccess | undefined> {
  const candidates = await new IndexPlanner(view, request).considered();
  return cheapest(candidates, request, view.count);
}

/** All ways through indexes that the cheapest is picked from; of an `$or`, only the one in order if there is such. */
export async function consideredAccess(
  view: CollectionView,
  request: PlanRequest,
): Promise<readonly IndexAccess[]> {
  const all = await new IndexPlanner(view, request).considered();
  return all.some(({ kind }) => kind === 'SORT_MERGE') ? all.filter(({ kind }) => kind !== 'OR') : all;
}

class IndexPlanner {
  readonly #indexes = new Map<IndexDefinition, PlannedIndex | undefined>();

  constructor(
    private readonly view: CollectionView,
    private readonly request: PlanRequest,
  ) {}

  async considered(): Promise<readonly IndexAccess[]> {
    const { root, hint, sort } = this.request;
    const conjuncts = conjunctsOf(root);
    const candidates = (await this.candidates(conjuncts, true)).map(sortedByKeys);
    // As in mongod: an index that no condition bounds is read for its order, unless another gives that already.
    if (sort !== undefined && !candidates.some((each) => each.isSorted)) {
      candidates.push(...(await this.sorted(conjuncts, sort)));
    }
    if (candidates.length > 0 || hint === undefined) return candidates;
    if (indexKind(hint.key) === 'wildcard') {
      checkWildcardHint(hint, conjuncts, this.request.collation);
      return [];
    }
    const index = await this.index(hint);
    return index === undefined ? [] : [this.scan(index, wholeIndex(index), conjuncts)];
  }

  private get definitions(): readonly IndexDefinition[] {
    const { hint } = this.request;
    return hint === undefined ? this.view.indexes : [hint];
  }

  private async index(definition: IndexDefinition): Promise<PlannedIndex | undefined> {
    if (!this.#indexes.has(definition)) {
      const found = this.view.index(definition);
      const index = found instanceof Promise ? await found : found;
      this.#indexes.set(definition, index === undefined ? undefined : plannedIndex(index));
    }
    return this.#indexes.get(definition);
  }

  /** Indexes that narrow these conditions down, and unions of such for an `$or` among them. */
  private async candidates(conjuncts: readonly MatchNode[], isTop: boolean): Promise<IndexAccess[]> {
    const constraints = conjuncts.flatMap(constraintsOf);
    const candidates: IndexAccess[] = [];
    for (const definition of this.definitions) {
      const kind = indexKind(definition.key);
      if (kind === 'wildcard' && isImplied(definition, conjuncts, this.request.collation)) {
        const view = await this.view.index(definition);
        if (view === undefined) continue;
        for (const { index, bounds } of await wildcardBounds(view, constraints, this.request.collation)) {
          candidates.push(this.scan(index, bounds, conjuncts, isTop));
        }
      }
      if (kind === '2dsphere' && isTop && isAboutPlaces(definition, conjuncts)) {
        const view = await this.view.index(definition);
        const isUsable = view !== undefined && isImplied(definition, conjuncts, this.request.collation);
        if (isUsable) candidates.push(...sphereScans(view, conjuncts));
      }
      if (kind !== 'ordered' && kind !== 'hashed') continue;
      const [first] = definition.key.keys();
      if (!constraints.some(({ path }) => path === first)) continue;
      if (!isImplied(definition, conjuncts, this.request.collation)) continue;
      const index = this.idLookup(definition, constraints) ?? (await this.index(definition));
      if (index === undefined) continue;
      for (const bounds of boundsFor(index, constraints, this.request.collation)) {
        if (definition.sparse && !isCompleteThoughSparse(bounds)) continue;
        const scan = this.scan(index, bounds, conjuncts, isTop);
        candidates.push((isTop ? this.merge(scan) : undefined) ?? scan);
      }
    }
    for (const conjunct of conjuncts) {
      if (!(conjunct instanceof OrNode) || this.isOnePath(conjunct, constraints)) continue;
      if (isTop) candidates.push(...(await this.unions(conjunct, conjuncts)));
    }
    return candidates;
  }

  /** For single values of `_id` no ordered index is needed. */
  private idLookup(
    definition: IndexDefinition,
    constraints: readonly Constraint[],
  ): PlannedIndex | undefined {
    const lookup = definition === ID_INDEX_DEFINITION ? this.view.idLookup() : undefined;
    if (lookup === undefined) return undefined;
    const index = plannedIndex(lookup);
    const isFound = boundsFor(index, constraints, this.request.collation).every(({ fields }) =>
      fields[0]!.every(isPoint),
    );
    return isFound ? index : undefined;
  }

  private isOnePath(conjunct: OrNode, constraints: readonly Constraint[]): boolean {
    return constraints.some((constraint) => constraint.conjunct === conjunct);
  }

  /** One scan per alternative; as they come, and, if each can, in the order that is wanted. */
  private async unions(or: OrNode, conjuncts: readonly MatchNode[]): Promise<(IndexUnion | IndexMerge)[]> {
    const { sort } = this.request;
    const others = conjuncts.filter((conjunct) => conjunct !== or);
    const branches: IndexScan[] = [];
    const inOrder: IndexScan[] | undefined = sort === undefined ? undefined : [];
    let isMergeable = inOrder !== undefined;
    for (const child of inExplainOrder(or.children)) {
      const found = await this.alternatives(child, others);
      const best = await cheapest(found, NO_ORDER, this.view.count);
      if (best === undefined) return [];
      branches.push(best);
      const ordered = await cheapest(
        found.flatMap((scan) => this.ordered(scan)),
        NO_ORDER,
        this.view.count,
      );
      if (ordered === undefined) isMergeable = false;
      else inOrder?.push(...(ordered.kind === 'IXSCAN' ? [ordered] : ordered.branches));
    }
    const isCertain = (scans: readonly IndexScan[]): boolean =>
      others.length === 0 && scans.every(({ residual }) => residual === undefined);
    const residual = (scans: readonly IndexScan[]): MatchNode | undefined =>
      isCertain(scans) ? undefined : AndNode.of([...conjuncts]);
    const isCovered = isCertain(branches) && branches.every(({ covered }) => covered !== undefined);
    const union: IndexUnion = {
      kind: 'OR',
      branches,
      isSorted: false,
      residual: residual(branches),
      isCovered,
    };
    if (!isMergeable || inOrder!.length > MOST_SCANS) return [union];
    return [union, indexMerge(inOrder!, sort!, residual(inOrder!))];
  }

  /** The scans that could serve one alternative of an `$or`. */
  private async alternatives(child: MatchNode, others: readonly MatchNode[]): Promise<IndexScan[]> {
    const inside = conjunctsOf(child);
    // An index for the other conditions alone would serve the whole filter, not this alternative.
    const own = new Set(inside.flatMap(constraintsOf).map(({ path }) => path));
    const all = conjunctsOf(AndNode.of([...inside, ...others]));
    return (await this.candidates(all, false)).filter(
      (each): each is IndexScan =>
        each.kind === 'IXSCAN' && each.index.fields.some(({ path }) => own.has(path)),
    );
  }

  private ordered(scan: IndexScan): readonly (IndexScan | IndexMerge)[] {
    if (scan.isSorted) return [scan];
    const merge = this.merge(scan);
    return merge === undefined ? [] : [merge];
  }

  /** The same as several scans that together give the order wanted. */
  private merge(scan: IndexScan): IndexMerge | undefined {
    const { sort, collation } = this.request;
    if (sort === undefined || scan.isSorted) return undefined;
    const scans = scansInOrder(scan, sort, collation);
    return scans && indexMerge(scans, sort, scan.residual);
  }

  private async sorted(
    conjuncts: readonly MatchNode[],
    sort: ReadonlyMap<string, Direction>,
  ): Promise<IndexScan[]> {
    const [wanted] = sort.keys();
    const found: IndexScan[] = [];
    for (const definition of this.definitions) {
      const [first] = definition.key.keys();
      if (first !== wanted || indexKind(definition.key) !== 'ordered') continue;
      if (
        this.request.hint === undefined &&
        (definition.sparse || !isImplied(definition, conjuncts, this.request.collation))
      )
        continue;
      const index = await this.index(definition);
      if (index === undefined) continue;
      const scan = this.scan(index, wholeIndex(index), conjuncts);
      if (scan.isSorted) found.push(scan);
    }
    return found;
  }

  private scan(
    index: PlannedIndex,
    bounds: IndexBounds,
    conjuncts: readonly MatchNode[],
    isTop = true,
  ): IndexScan {
    const { sort, needed, collation } = this.request;
    const direction = sort === undefined ? undefined : sortDirection(index, bounds, sort, collation);
    const left = conjuncts.filter((each) => !bounds.enforced.has(each) && !bounds.keyed.has(each));
    const keyed = conjuncts.filter((conjunct) => bounds.keyed.has(conjunct));
    // Those of several alternatives may have to be sorted together, though each is in order.
    const isBlocking = sort !== undefined && (direction === undefined || !isTop);
    const read = needed && new Set(isBlocking ? [...needed, ...sort.keys()] : needed);
    return {
      kind: 'IXSCAN',
      index,
      bounds,
      ranges: new KeyRanges(bounds.fields, index.directions),
      reverse: direction === -1,
      isSorted: direction !== undefined,
      keyFilter:
        keyed.length === 0
          ? undefined
          : { node: AndNode.of(keyed), paths: keyed.map((each) => bounds.keyed.get(each)!) },
      residual: left.length === 0 ? undefined : AndNode.of(left),
      covered: left.length === 0 && read !== undefined ? coveringPaths(index, bounds, read) : undefined,
      sortable:
        left.length === 0 && sort !== undefined
          ? coveringPaths(index, bounds, new Set(sort.keys()))
          : undefined,
    };
  }
}

/** @throws CommandError NoQueryExecutionPlans where a wildcard index is of no use, for it does not have all documents */
function checkWildcardHint(
  hint: IndexDefinition,
  conjuncts: readonly MatchNode[],
  collation: Collation | undefined,
): void {
  const constraints = conjuncts.flatMap(constraintsOf);
  if (constraints.some((constraint) => mayUseWildcard(hint, constraint, collation))) return;
  const why =
    conjuncts.length === 0
      ? 'No query solutions'
      : "$hint: refusing to build whole-index solution, because it's a wildcard index";
  throw new CommandError(
    'NoQueryExecutionPlans',
    `error processing query: planner returned error :: caused by :: ${why}`,
  );
}

/** For parts of a plan, of which all is read. */
const NO_ORDER: Wanted = { skip: 0, limit: 0 };

async function cheapest<Access extends IndexAccess>(
  candidates: readonly Access[],
  wanted: Wanted,
  total: number,
): Promise<Access | undefined> {
  if (candidates.length <= 1) return candidates[0];
  const costs = await estimatedCost(candidates, wanted, total);
  let best = 0;
  for (let at = 1; at < candidates.length; at++) if (costs[at]! < costs[best]!) best = at;
  return candidates[best];
}

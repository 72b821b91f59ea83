import type { Value } from '@argon/bson';
import type { MaybePromise } from '@argon/wal';
import type { Matcher } from '../match/compile';
import type { Direction } from '../sort/parse';
import type { CollectionView } from '../view/collection-view';
import { planIndexes, type IndexAccess } from './access/plan-indexes';
import type { Hint } from './hint';

/** How records are found: nothing to look at, one by `_id`, through indexes, or all of them in natural order. */
export type AccessPath =
  | { readonly kind: 'EOF' }
  | { readonly kind: 'IDHACK'; readonly id: Value }
  | { readonly kind: 'COLLSCAN'; readonly reverse: boolean }
  | IndexAccess;

export function isIndexAccess(path: AccessPath): path is IndexAccess {
  return path.kind === 'IXSCAN' || path.kind === 'OR' || path.kind === 'SORT_MERGE';
}

/** What a way to records is wanted for. */
export interface AccessRequest {
  readonly hint?: Hint | undefined;
  /** The order wanted, by path; undefined if any will do, or none that an index could give. */
  readonly sort?: ReadonlyMap<string, Direction> | undefined;
  readonly skip?: number;
  /** The paths that will be read of the documents; undefined: all of them are wanted. */
  readonly needed?: ReadonlySet<string> | undefined;
  /** 0 or absent: all. */
  readonly limit?: number;
}

/** Picks the cheapest way that is certain to see every match. */
export function chooseAccessPath(
  view: CollectionView,
  matcher: Matcher,
  request: AccessRequest = {},
): MaybePromise<AccessPath> {
  const { hint, sort, needed, skip = 0, limit = 0 } = request;
  if (view.collection === undefined || matcher.never) return { kind: 'EOF' };
  const scan: AccessPath = { kind: 'COLLSCAN', reverse: hint?.natural === -1 };
  if (hint?.natural !== undefined) return scan;
  if (matcher.idEquality !== undefined && hint?.index === undefined) {
    return { kind: 'IDHACK', id: matcher.idEquality };
  }
  if (matcher.always && sort === undefined && hint?.index === undefined) return scan;
  const wanted = { root: matcher.root, sort, needed, skip, limit, hint: hint?.index };
  return planIndexes(view, wanted).then((access) => access ?? scan);
}

import type { Value } from '@argon/bson';
import type { MaybePromise } from '@argon/wal';
import type { Matcher } from '../match/compile';
import type { Direction } from '../sort/parse';
import type { CollectionView } from '../view/collection-view';
import { rangeAccess, type WantedRange } from './access/given-range';
import type { IndexAccess } from './access/index-access';
import { consideredAccess, planIndexes, type PlanRequest } from './access/plan-indexes';
import type { Hint } from './hint';
import { nearIndex } from './near-index';
import { textPath, useTextIndex } from './text-index';

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
  /** The part of the hinted index to read; undefined: what the filter needs. */
  readonly range?: WantedRange | undefined;
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
  if (request.range !== undefined && view.collection !== undefined) {
    return rangeAccess(view, matcher, request.hint, request.range);
  }
  const only = onlyPath(view, matcher, request);
  if (only !== undefined) return only;
  if (matcher.text !== undefined) return textPath(view, matcher).then((path) => path ?? scan(request));
  return planIndexes(view, planRequest(matcher, request)).then((access) => access ?? scan(request));
}

/** All ways through indexes that the choice is made among, for explain. */
export async function consideredPaths(
  view: CollectionView,
  matcher: Matcher,
  request: AccessRequest,
): Promise<readonly IndexAccess[]> {
  if (request.range !== undefined || matcher.text !== undefined) return [];
  if (onlyPath(view, matcher, request) !== undefined) return [];
  return consideredAccess(view, planRequest(matcher, request));
}

/** The path that needs no choice; undefined if there is one to be made. */
function onlyPath(view: CollectionView, matcher: Matcher, request: AccessRequest): AccessPath | undefined {
  const { hint, sort } = request;
  if (view.collection === undefined || matcher.never) return { kind: 'EOF' };
  useTextIndex(view, matcher, hint);
  if (matcher.near !== undefined) nearIndex(view, matcher.near, hint);
  if (hint?.natural !== undefined) return scan(request);
  if (hint?.index !== undefined) return undefined;
  if (matcher.idEquality !== undefined) return { kind: 'IDHACK', id: matcher.idEquality };
  return matcher.always && sort === undefined ? scan(request) : undefined;
}

function scan({ hint }: AccessRequest): AccessPath {
  return { kind: 'COLLSCAN', reverse: hint?.natural === -1 };
}

function planRequest(matcher: Matcher, request: AccessRequest): PlanRequest {
  const { hint, sort, needed, skip = 0, limit = 0 } = request;
  return { root: matcher.root, collation: matcher.collation, sort, needed, skip, limit, hint: hint?.index };
}

import type { MatchNode } from '../../match/node';
import type { IndexBounds } from './index-bounds';
import type { KeyRanges } from './key-ranges';
import type { PlannedIndex } from './planned-index';
import type { IndexMerge } from './sort-merge';

/** Reading an index within bounds. */
export interface IndexScan {
  readonly kind: 'IXSCAN';
  readonly index: PlannedIndex;
  readonly bounds: IndexBounds;
  readonly ranges: KeyRanges;
  readonly reverse: boolean;
  /** Records come in the order of the sort that was asked for. */
  readonly isSorted: boolean;
  /** What the bounds do not say and keys tell; undefined if there is nothing. */
  readonly keyFilter: KeyFilter | undefined;
  /** What has to be asked of documents; undefined if nothing is left to ask. */
  readonly residual: MatchNode | undefined;
  /** The paths of all that is wanted of the documents, if keys have it: then no document is read. */
  readonly covered: readonly string[] | undefined;
  /** The paths of the sort, if keys have them. */
  readonly sortable: readonly string[] | undefined;
  /** Keys have all that is sorted by, and no more: documents are read when that is done. */
  readonly fetchesLast?: boolean;
}

/** A condition on fields of an index. */
export interface KeyFilter {
  readonly node: MatchNode;
  readonly paths: readonly string[];
}

/** Several scans, one per alternative of an `$or`; records that more than one finds count once. */
export interface IndexUnion {
  readonly kind: 'OR';
  readonly branches: readonly IndexScan[];
  readonly isSorted: false;
  readonly residual: MatchNode | undefined;
  readonly isCovered: boolean;
  /** See `IndexScan`. */
  readonly fetchesLast?: boolean;
}

export type IndexAccess = IndexScan | IndexUnion | IndexMerge;

/** Whether keys have all that is wanted, so that no document is read. */
export function isCovered(access: IndexAccess): boolean {
  return access.kind === 'IXSCAN' ? access.covered !== undefined : access.isCovered;
}

/** What has to be sorted is, if keys have what it is sorted by, before its documents are read. */
export function sortedByKeys(access: IndexAccess): IndexAccess {
  if (access.isSorted || isCovered(access)) return access;
  if (access.kind === 'IXSCAN') {
    return access.sortable === undefined
      ? access
      : { ...access, covered: access.sortable, fetchesLast: true };
  }
  const isSortable = access.branches.every(({ sortable }) => sortable !== undefined);
  if (access.residual !== undefined || !isSortable) return access;
  const branches = access.branches.map((each) => ({ ...each, covered: each.sortable }));
  return { ...access, branches, isCovered: true, fetchesLast: true };
}

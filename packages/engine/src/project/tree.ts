import type { Expression } from '../aggregate/expression/expression';
import type { Matcher } from '../match/compile';

/** What a projection says about one path. */
export type ProjectionLeaf =
  | { readonly kind: 'include' }
  | { readonly kind: 'exclude' }
  | { readonly kind: 'computed'; readonly expression: Expression }
  | { readonly kind: 'elemMatch'; readonly matcher: Matcher }
  | { readonly kind: 'slice'; readonly slice: Slice }
  | { readonly kind: 'positional' }
  | { readonly kind: 'meta'; readonly name: string };

/** Which items of an array stay: `limit` ones after `skip`; without `skip`, the first, or if negative the last ones. */
export interface Slice {
  readonly skip: number | undefined;
  readonly limit: number;
}

/** The projection of a document's fields, in the order in which the specification names them. */
export class ProjectionTree {
  readonly kind = 'tree';
  readonly children = new Map<string, ProjectionLeaf | ProjectionTree>();
  /** Whether anything below is computed from the document rather than left or taken as it is. */
  hasComputed = false;
}

export function isComputed(node: ProjectionLeaf | ProjectionTree): boolean {
  if (node.kind === 'tree') return node.hasComputed;
  return node.kind === 'computed' || node.kind === 'elemMatch' || node.kind === 'meta';
}

/** A projection, parsed. */
export interface ParsedProjection {
  readonly tree: ProjectionTree;
  /** Whether fields that the tree does not name are left out or stay. */
  readonly type: 'inclusion' | 'exclusion';
  /** What its `$meta`s name. */
  readonly needs: ReadonlySet<string>;
}

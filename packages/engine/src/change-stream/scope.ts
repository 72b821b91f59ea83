/** Which collections of a branch a stream tells of. */
export type Scope =
  | { readonly kind: 'collection'; readonly collection: string }
  /** All of them, but mongod's own. */
  | { readonly kind: 'database' }
  /** The same, of every branch there is. */
  | { readonly kind: 'cluster' };

export function isInScope(scope: Scope, collection: string): boolean {
  if (scope.kind === 'collection') return scope.collection === collection;
  return !collection.startsWith('system.');
}

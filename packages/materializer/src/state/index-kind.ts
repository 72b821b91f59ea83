import type { Value } from '@argon/bson';

/** What an index is: ordered, or of a kind that its key names. */
export type IndexKind = 'ordered' | 'hashed' | 'text' | '2d' | '2dsphere' | 'wildcard';

/** The kind of an index by its key, which was checked when it was made. */
export function indexKind(key: ReadonlyMap<string, Value>): IndexKind {
  for (const [path, value] of key) {
    if (typeof value === 'string') return value as IndexKind;
    if (isWildcardPath(path)) return 'wildcard';
  }
  return 'ordered';
}

/** `$**`, or `a.b.$**`. */
export function isWildcardPath(path: string): boolean {
  return path === '$**' || path.endsWith('.$**');
}

import type { Lsn } from '@argon/wal';
import importedDiff from 'sorted-btree/extended/diffAgainst.js';
import type { SortedTree } from '../state/sorted-tree';

// As with the tree itself: CommonJS with a `default` property.
const diffAgainst = (importedDiff as unknown as { default?: typeof importedDiff }).default ?? importedDiff;

/** The keys under which two overlays differ, ascending. What they share is not looked at. */
export function overlayDiff(a: SortedTree<Lsn, Lsn>, b: SortedTree<Lsn, Lsn>): Lsn[] {
  const keys: Lsn[] = [];
  const take = (key: Lsn): void => {
    keys.push(key);
  };
  diffAgainst(a, b, take, take, (key, mine, other) => {
    if (mine !== other) keys.push(key);
  });
  return keys.sort((x, y) => x - y);
}

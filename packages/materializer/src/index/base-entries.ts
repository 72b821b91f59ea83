import type { Lsn, MaybePromise } from '@argon/wal';
import type { SortedTree } from '../state/sorted-tree';
import { after } from '../tree/maybe-promise';
import type { TreeBatch, TreeScan } from '../tree/scan';
import type { Tree } from '../tree/tree';
import { endOfKey, keyOfEntry, recordOfEntry } from './entry-key';
import type { IndexEntry, KeyRange } from './index-tree';

/** The entries of the base that still count. */
export class BaseEntries {
  readonly #scan: TreeScan<string>;

  constructor(
    tree: Tree<string>,
    private readonly touched: SortedTree<Lsn, Lsn>,
    private readonly range: KeyRange,
    batchSize: number,
  ) {
    this.#scan = tree.scan({ ...treeRange(range), reverse: range.reverse ?? false, batchSize });
  }

  /** Undefined at the end; a batch may be empty. */
  next(): MaybePromise<readonly IndexEntry[] | undefined> {
    const batch = this.#scan.next();
    return batch instanceof Promise ? batch.then((keys) => this.#entries(keys)) : this.#entries(batch);
  }

  #entries(batch: TreeBatch<string> | undefined): readonly IndexEntry[] | undefined {
    if (batch === undefined) return undefined;
    const entries: IndexEntry[] = [];
    const isClean = this.touched.isEmpty;
    for (const entryKey of batch.keys) {
      const record = recordOfEntry(entryKey);
      if (!isClean && this.touched.has(record)) continue;
      const key = keyOfEntry(entryKey);
      if (this.#isWithin(key)) entries.push({ key, record });
    }
    return entries;
  }

  /** The tree's range may be wider at its ends. */
  #isWithin(key: string): boolean {
    const { from, fromInclusive = true, to, toInclusive = true } = this.range;
    if (from !== undefined && (fromInclusive ? key < from : key <= from)) return false;
    return to === undefined || (toInclusive ? key <= to : key < to);
  }
}

/** The tree's entry keys that a range of keys lies within. */
function treeRange({ from, to, toInclusive = true }: KeyRange): { from?: string; to?: string } {
  return {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to: toInclusive ? endOfKey(to) : to }),
  };
}

/** How many entries of a tree a range of keys has. */
export function countEntries(tree: Tree<string>, range: KeyRange): MaybePromise<number> {
  const { from, fromInclusive = true, to, toInclusive = true } = range;
  if (from !== undefined && to !== undefined && from >= to) {
    return from === to && fromInclusive && toInclusive ? countUnder(tree, from) : 0;
  }
  const between = tree.countRange({ from, to, toInclusive: false });
  const atStart = from === undefined || fromInclusive ? 0 : countUnder(tree, from);
  const atEnd = to === undefined || !toInclusive ? 0 : countUnder(tree, to);
  if (typeof between === 'number' && typeof atStart === 'number' && typeof atEnd === 'number') {
    return between - atStart + atEnd;
  }
  return Promise.all([between, atStart, atEnd]).then(([all, start, end]) => all - start + end);
}

/** How many entries lie under exactly this key. */
function countUnder(tree: Tree<string>, key: string): MaybePromise<number> {
  // Keys with as many values are never the beginning of one another: either the first one at or after it is this very
  // key, and then all up to its end are, or none is.
  const first = tree.scan({ from: key, batchSize: 1 }).next();
  return after(first, (batch) =>
    batch !== undefined && keyOfEntry(batch.keys[0]!) === key
      ? tree.countRange({ from: key, to: endOfKey(key) })
      : 0,
  );
}

import type { Lsn, MaybePromise } from '@argon/wal';
import type { IndexDefinition } from '../state/contract';
import type { SortedTree } from '../state/sorted-tree';
import type { TreeBatch, TreeScan } from '../tree/scan';
import type { Tree } from '../tree/tree';
import { endOfKey, keyOfEntry, recordOfEntry } from './entry-key';
import type { IndexLayers } from './index-layers';
import type { IndexEntry, KeyRange } from './index-tree';
import type { IndexScanOptions, IndexView } from './index-view';

const BATCH_SIZE = 256;

/** An index at one state: both layers as one. */
export class LayeredIndexView implements IndexView {
  readonly #base: Tree<string> | undefined;

  constructor(
    private readonly layers: IndexLayers,
    /** The overlay of the collection's records: entries of the base under them are void. */
    private readonly touched: SortedTree<Lsn, Lsn>,
  ) {
    const tree = layers.base?.tree;
    this.#base = tree !== undefined && tree.count > 0 ? tree : undefined;
  }

  get definition(): IndexDefinition {
    return this.layers.overlay.definition;
  }

  get multikey(): readonly number[] {
    return this.layers.multikey;
  }

  keysOf(document: Uint8Array): readonly string[] {
    return this.layers.overlay.keysOf(document);
  }

  scan(options: IndexScanOptions = {}): { next(): MaybePromise<readonly IndexEntry[] | undefined> } {
    const { batchSize = BATCH_SIZE } = options;
    return new MergedEntries(
      this.layers.overlay.range(options),
      this.#base && new BaseEntries(this.#base, this.touched, options, batchSize),
      options.reverse ?? false,
      batchSize,
    );
  }

  count(range: KeyRange, limit: number): MaybePromise<number> {
    if (this.touched.isEmpty && range.fromInclusive !== false) return this.estimate(range, limit);
    return countUpTo(this.scan(range), limit, 0);
  }

  estimate(range: KeyRange, limit: number): MaybePromise<number> {
    let inOverlay = 0;
    const entries = this.layers.overlay.range(range);
    while (inOverlay < limit && !entries.next().done) inOverlay += 1;
    if (this.#base === undefined) return inOverlay;
    const inBase = this.#base.countRange(treeRange(range));
    return inBase instanceof Promise
      ? inBase.then((count) => Math.min(count + inOverlay, limit))
      : Math.min(inBase + inOverlay, limit);
  }

  conflict(key: string, except?: Lsn): MaybePromise<Lsn | undefined> {
    const conflict = this.layers.overlay.conflict(key, except);
    if (conflict !== undefined || this.#base === undefined) return conflict;
    const entries = new BaseEntries(this.#base, this.touched, { from: key, to: key }, 4);
    return firstOther(entries, except);
  }

  async firstDuplicate(): Promise<{ readonly key: string; readonly records: readonly Lsn[] } | undefined> {
    const scan = this.scan({ batchSize: 1_000 });
    let last: IndexEntry | undefined;
    for (let batch = await scan.next(); batch !== undefined; batch = await scan.next()) {
      for (const entry of batch) {
        if (entry.key === last?.key) return { key: entry.key, records: [last.record, entry.record] };
        last = entry;
      }
    }
    return undefined;
  }
}

/** The tree's entry keys that a range of keys lies within. */
function treeRange({ from, to, toInclusive = true }: KeyRange): { from?: string; to?: string } {
  return {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to: toInclusive ? endOfKey(to) : to }),
  };
}

/** The entries of the base that still count. */
class BaseEntries {
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

/** Entries of both layers in one order. */
class MergedEntries {
  #ahead: IndexEntry | undefined;
  #batch: readonly IndexEntry[] | undefined;
  #at = 0;

  constructor(
    private readonly overlay: Iterator<IndexEntry, undefined>,
    private readonly base: BaseEntries | undefined,
    private readonly reverse: boolean,
    private readonly batchSize: number,
  ) {
    this.#ahead = overlay.next().value;
  }

  next(): MaybePromise<readonly IndexEntry[] | undefined> {
    return this.#fill([]);
  }

  #fill(found: IndexEntry[]): MaybePromise<readonly IndexEntry[] | undefined> {
    while (found.length < this.batchSize) {
      if (this.#batch === undefined) {
        const next = this.base?.next();
        if (next instanceof Promise) {
          return next.then((batch) => {
            this.#begin(batch);
            return this.#fill(found);
          });
        }
        this.#begin(next);
      }
      if (!this.#merge(found)) break;
    }
    return found.length > 0 ? found : undefined;
  }

  #begin(batch: readonly IndexEntry[] | undefined): void {
    this.#batch = batch ?? END;
    this.#at = 0;
  }

  /** False when both layers are at their end. */
  #merge(found: IndexEntry[]): boolean {
    const batch = this.#batch!;
    while (found.length < this.batchSize) {
      const entry = batch[this.#at];
      if (entry === undefined && batch !== END) {
        this.#batch = undefined;
        return true;
      }
      const ahead = this.#ahead;
      if (ahead !== undefined && (entry === undefined || this.#isBefore(ahead, entry))) {
        found.push(ahead);
        this.#ahead = this.overlay.next().value;
      } else if (entry !== undefined) {
        found.push(entry);
        this.#at += 1;
      } else return false;
    }
    return true;
  }

  #isBefore(a: IndexEntry, b: IndexEntry): boolean {
    const order = a.key < b.key ? -1 : a.key > b.key ? 1 : a.record - b.record;
    return this.reverse ? order > 0 : order < 0;
  }
}

const END: readonly IndexEntry[] = [];

function countUpTo(
  scan: { next(): MaybePromise<readonly IndexEntry[] | undefined> },
  limit: number,
  counted: number,
): MaybePromise<number> {
  let count = counted;
  while (count < limit) {
    const batch = scan.next();
    if (batch instanceof Promise) {
      return batch.then((entries) =>
        entries === undefined ? Math.min(count, limit) : countUpTo(scan, limit, count + entries.length),
      );
    }
    if (batch === undefined) break;
    count += batch.length;
  }
  return Math.min(count, limit);
}

function firstOther(entries: BaseEntries, except: Lsn | undefined): MaybePromise<Lsn | undefined> {
  for (;;) {
    const batch = entries.next();
    if (batch instanceof Promise) {
      return batch.then((found) => {
        if (found === undefined) return undefined;
        return found.find(({ record }) => record !== except)?.record ?? firstOther(entries, except);
      });
    }
    if (batch === undefined) return undefined;
    const other = batch.find(({ record }) => record !== except);
    if (other !== undefined) return other.record;
  }
}

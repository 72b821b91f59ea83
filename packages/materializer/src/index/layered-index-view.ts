import { type Lsn, type MaybePromise, Pacer } from '@argon/wal';
import type { IndexDefinition } from '../state/contract';
import type { SortedTree } from '../state/sorted-tree';
import { after } from '../tree/maybe-promise';
import type { Tree } from '../tree/tree';
import { BaseEntries, countEntries } from './base-entries';
import type { IndexLayers } from './index-layers';
import type { IndexEntry, KeyRange } from './index-tree';
import type { IndexScanOptions, IndexView } from './index-view';
import { MergedEntries } from './merged-entries';

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

  get forms(): readonly number[] {
    return this.layers.forms;
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
    return this.touched.isEmpty ? this.estimate(range, limit) : countUpTo(this.scan(range), limit, 0);
  }

  estimate(range: KeyRange, limit: number): MaybePromise<number> {
    let inOverlay = 0;
    const entries = this.layers.overlay.range(range);
    while (inOverlay < limit && !entries.next().done) inOverlay += 1;
    if (this.#base === undefined) return inOverlay;
    return after(countEntries(this.#base, range), (inBase) => Math.min(inBase + inOverlay, limit));
  }

  conflict(key: string, except?: Lsn): MaybePromise<Lsn | undefined> {
    const conflict = this.layers.overlay.conflict(key, except);
    if (conflict !== undefined || this.#base === undefined) return conflict;
    const entries = new BaseEntries(this.#base, this.touched, { from: key, to: key }, 4);
    return firstOther(entries, except);
  }

  async firstDuplicate(): Promise<{ readonly key: string; readonly records: readonly Lsn[] } | undefined> {
    const scan = this.scan({ batchSize: 1_000 });
    const pacer = new Pacer();
    let last: IndexEntry | undefined;
    for (let batch = await scan.next(); batch !== undefined; batch = await scan.next()) {
      for (const entry of batch) {
        if (entry.key === last?.key) return { key: entry.key, records: [last.record, entry.record] };
        last = entry;
      }
      if (pacer.due) await pacer.giveWay();
    }
    return undefined;
  }
}

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

import { documentId, idKey } from '@argon/bson';
import type { Lsn, MaybePromise } from '@argon/wal';
import type { LayeredCollectionState } from '../state/collection-state';
import type { IndexDefinition } from '../state/contract';
import { GONE } from '../state/gone';
import type { SortedTree } from '../state/sorted-tree';
import type { TreeBatch, TreeScan } from '../tree/scan';
import type { Tree } from '../tree/tree';
import type { IndexEntry, KeyRange } from './index-tree';
import type { IndexScanOptions, IndexView } from './index-view';
import { MergedEntries } from './merged-entries';

const BATCH_SIZE = 256;

/** The index on `_id`, which every state has without building anything: its ids are in order already. */
export class IdsView implements IndexView {
  /** No `_id` is an array. */
  readonly multikey = [0];
  readonly forms: readonly number[];

  constructor(
    readonly definition: IndexDefinition,
    private readonly collection: LayeredCollectionState,
  ) {
    this.forms = [collection.idForms];
  }

  keysOf(document: Uint8Array): readonly string[] {
    return [idKey(documentId(document))];
  }

  scan(options: IndexScanOptions = {}): { next(): MaybePromise<readonly IndexEntry[] | undefined> } {
    const { batchSize = BATCH_SIZE, reverse = false } = options;
    const { ids, base } = this.collection;
    const below = base && base.ids.count > 0 ? new BaseIds(base.ids, ids, options, batchSize) : undefined;
    return new MergedEntries(overlayIds(ids, options), below, reverse, batchSize);
  }

  async count(range: KeyRange, limit: number): Promise<number> {
    const { from, to } = range;
    if (from === undefined && to === undefined) return Math.min(this.collection.count, limit);
    if (this.collection.ids.isEmpty) return this.estimate(range, limit);
    const scan = this.scan(range);
    let count = 0;
    while (count < limit) {
      const next = scan.next();
      const batch = next instanceof Promise ? await next : next;
      if (batch === undefined) break;
      count += batch.length;
    }
    return Math.min(count, limit);
  }

  estimate(range: KeyRange, limit: number): MaybePromise<number> {
    const { ids, base } = this.collection;
    let count = 0;
    const entries = overlayIds(ids, range);
    while (count < limit && entries.next().done !== true) count += 1;
    if (base === undefined) return count;
    const below = base.ids.countRange(range);
    return below instanceof Promise
      ? below.then((more) => Math.min(count + more, limit))
      : Math.min(count + below, limit);
  }

  conflict(key: string, except?: Lsn): MaybePromise<Lsn | undefined> {
    const found = this.collection.byId(key);
    if (found instanceof Promise)
      return found.then((ref) => (ref?.record === except ? undefined : ref?.record));
    return found?.record === except ? undefined : found?.record;
  }

  firstDuplicate(): undefined {
    return undefined;
  }
}

/** The ids of the overlay in a range, less those that are only there to hide the base's. */
function* overlayIds(ids: SortedTree<string, Lsn>, range: KeyRange): Generator<IndexEntry, undefined> {
  const { from, fromInclusive = true, to, toInclusive = true, reverse = false } = range;
  const pairs = reverse ? ids.entriesReversed(to, undefined, !toInclusive) : ids.entries(from);
  for (const [key, record] of pairs) {
    if (reverse) {
      if (from !== undefined && (key < from || (key === from && !fromInclusive))) return;
    } else {
      if (key === from && !fromInclusive) continue;
      if (to !== undefined && (key > to || (key === to && !toInclusive))) return;
    }
    if (record !== GONE) yield { key, record };
  }
}

/** The ids of the base that the overlay does not have. */
class BaseIds {
  readonly #scan: TreeScan<string>;

  constructor(
    tree: Tree<string>,
    private readonly overlay: SortedTree<string, Lsn>,
    range: KeyRange,
    batchSize: number,
  ) {
    const { from, fromInclusive, to, toInclusive, reverse } = range;
    this.#scan = tree.scan({ from, fromInclusive, to, toInclusive, reverse, batchSize });
  }

  next(): MaybePromise<readonly IndexEntry[] | undefined> {
    const batch = this.#scan.next();
    return batch instanceof Promise ? batch.then((found) => this.#entries(found)) : this.#entries(batch);
  }

  #entries(batch: TreeBatch<string> | undefined): readonly IndexEntry[] | undefined {
    if (batch === undefined) return undefined;
    const entries: IndexEntry[] = [];
    const isClean = this.overlay.isEmpty;
    for (const [at, key] of batch.keys.entries()) {
      if (isClean || !this.overlay.has(key)) entries.push({ key, record: batch.values[at]! });
    }
    return entries;
  }
}

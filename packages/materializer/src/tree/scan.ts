import type { MaybePromise } from '@argon/wal';
import { LevelCursor } from './cursor';
import { type Key, type Keys, type List, upperBound } from './key';
import type { LeafNode, NodeParent } from './node';
import type { NodeStore } from './node-store';

/** A range of keys: without an end, from the first or to the last. */
export interface TreeRange<K extends Key> {
  readonly from?: K | undefined;
  /** Default true. */
  readonly fromInclusive?: boolean | undefined;
  readonly to?: K | undefined;
  /** Default true. */
  readonly toInclusive?: boolean | undefined;
}

export interface TreeScanOptions<K extends Key> extends TreeRange<K> {
  /** From the last key to the first. */
  readonly reverse?: boolean | undefined;
  /** The most items to give at a time; there may be fewer. Default 256. */
  readonly batchSize?: number | undefined;
}

/** Items in order, at least one. May share memory with the tree: not to be changed. */
export interface TreeBatch<K extends Key> {
  readonly keys: Keys<K>;
  readonly values: List<number>;
}

export interface TreeScan<K extends Key> {
  /** The next items; undefined at the end. Not to be called again before it has answered. */
  next(): MaybePromise<TreeBatch<K> | undefined>;
}

const BATCH_SIZE = 256;

/** Reads a range leaf by leaf. */
export class LeafScan<K extends Key> implements TreeScan<K> {
  readonly #cursor: LevelCursor<K>;
  readonly #options: TreeScanOptions<K>;
  readonly #batchSize: number;
  #state: 'new' | 'open' | 'done' = 'new';
  /** Of the leaf that the cursor stands on, what is still to be given. */
  #low = 0;
  #high = 0;

  constructor(nodes: NodeStore, anchor: NodeParent, options: TreeScanOptions<K>) {
    this.#options = options;
    this.#batchSize = Math.max(1, options.batchSize ?? BATCH_SIZE);
    this.#cursor = new LevelCursor(nodes, anchor, 0, options.reverse ? options.from : options.to);
  }

  next(): MaybePromise<TreeBatch<K> | undefined> {
    for (;;) {
      if (this.#low < this.#high) return this.#batch();
      if (this.#state === 'done') return undefined;
      const moved = this.#state === 'new' ? this.#begin() : this.#advance();
      if (moved instanceof Promise) {
        return moved.then((arrived) => {
          this.#arrived(arrived);
          return this.next();
        });
      }
      this.#arrived(moved);
    }
  }

  #begin(): MaybePromise<true> {
    const { from, to, reverse } = this.#options;
    const cursor = this.#cursor;
    const start = reverse ? to : from;
    const sought =
      start !== undefined ? cursor.seek(start) : reverse ? cursor.seekLast() : cursor.seekFirst();
    return sought instanceof Promise ? sought.then(() => true as const) : true;
  }

  #advance(): MaybePromise<boolean> {
    return this.#options.reverse ? this.#cursor.previous() : this.#cursor.next();
  }

  #arrived(moved: boolean): void {
    if (!moved) {
      this.#state = 'done';
      return;
    }
    const { from, fromInclusive = true, to, toInclusive = true, reverse } = this.#options;
    const { keys, length } = this.#cursor.node;
    this.#low = from === undefined ? 0 : fromInclusive ? keys.lowerBound(from) : upperBound(keys, from);
    this.#high = to === undefined ? length : toInclusive ? upperBound(keys, to) : keys.lowerBound(to);
    // The range ends in this leaf if an item of it lies beyond.
    this.#state = (reverse ? this.#low > 0 : this.#high < length) ? 'done' : 'open';
  }

  #batch(): TreeBatch<K> {
    const { keys, values } = this.#cursor.node as LeafNode<K>;
    if (this.#options.reverse) {
      const to = this.#high;
      const from = Math.max(this.#low, to - this.#batchSize);
      this.#high = from;
      return { keys: keys.reversed(from, to), values: values.slice(from, to).reverse() };
    }
    const from = this.#low;
    const to = Math.min(this.#high, from + this.#batchSize);
    this.#low = to;
    return {
      keys: keys.slice(from, to),
      values: from === 0 && to === values.length ? values : values.subarray(from, to),
    };
  }
}

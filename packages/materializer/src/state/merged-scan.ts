import type { Lsn, MaybePromise } from '@argon/wal';
import type { Tree } from '../tree/tree';
import { GONE } from './gone';
import type { RecordRef, ScanOptions } from './contract';
import type { SortedTree } from './sorted-tree';

const BATCH_SIZE = 256;

interface Batch {
  readonly keys: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/** Records in natural order: those of the overlay, and those of the base below that the overlay does not hold. */
export class MergedScan {
  readonly #batchSize: number;
  readonly #reverse: boolean;
  readonly #after: Lsn | undefined;
  readonly #overlay: IterableIterator<[Lsn, Lsn]>;
  #ahead: { record: Lsn; lsn: Lsn } | undefined;
  readonly #base: { next(): MaybePromise<Batch | undefined> } | undefined;
  #batch: Batch | undefined;
  #at = 0;

  constructor(overlay: SortedTree<Lsn, Lsn>, base: Tree<number> | undefined, options: ScanOptions) {
    const { after, reverse = false, batchSize = BATCH_SIZE } = options;
    this.#batchSize = batchSize;
    this.#reverse = reverse;
    this.#after = after;
    const pair: Lsn[] = [];
    this.#overlay = reverse ? overlay.entriesReversed(after, pair, true) : overlay.entries(after, pair);
    this.#stepOverlay();
    if (base !== undefined && base.count > 0) {
      const start =
        after === undefined
          ? {}
          : reverse
            ? { to: after, toInclusive: false }
            : { from: after, fromInclusive: false };
      this.#base = base.scan({ ...start, reverse, batchSize });
    }
  }

  next(): MaybePromise<readonly RecordRef[] | undefined> {
    return this.#fill([]);
  }

  #fill(found: RecordRef[]): MaybePromise<readonly RecordRef[] | undefined> {
    while (found.length < this.#batchSize) {
      if (this.#batch === undefined) {
        const next = this.#base?.next();
        if (next instanceof Promise) {
          return next.then((batch) => {
            this.#begin(batch);
            return this.#fill(found);
          });
        }
        this.#begin(next);
      }
      const more =
        (this.#batch as unknown as Batch).keys.length > 0 ? this.#merge(found) : this.#drain(found);
      if (!more) break;
    }
    return found.length > 0 ? found : undefined;
  }

  #begin(batch: Batch | undefined): void {
    this.#batch = batch ?? END;
    this.#at = 0;
  }

  /** Goes through the batch of the base; true: there may be more. */
  #merge(found: RecordRef[]): boolean {
    const { keys, values } = this.#batch!;
    const { length } = keys;
    let at = this.#at;
    while (at < length && found.length < this.#batchSize) {
      const record = keys[at]!;
      const ahead = this.#ahead;
      if (ahead !== undefined && (this.#reverse ? ahead.record >= record : ahead.record <= record)) {
        if (ahead.record === record) at += 1;
        if (ahead.lsn !== GONE) found.push(ahead);
        this.#stepOverlay();
      } else {
        found.push({ record, lsn: values[at]! });
        at += 1;
      }
    }
    this.#at = at;
    if (at === length) this.#batch = undefined;
    return true;
  }

  /** The base is at its end (or there is none): what the overlay still has. */
  #drain(found: RecordRef[]): boolean {
    if (this.#ahead === undefined) return false;
    if (this.#ahead.lsn !== GONE) found.push(this.#ahead);
    this.#stepOverlay();
    return true;
  }

  #stepOverlay(): void {
    let step = this.#overlay.next();
    if (!step.done && step.value[0] === this.#after) step = this.#overlay.next();
    this.#ahead = step.done ? undefined : { record: step.value[0], lsn: step.value[1] };
  }
}

const END: Batch = { keys: [], values: [] };

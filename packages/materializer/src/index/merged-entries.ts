import type { MaybePromise } from '@argon/wal';
import type { IndexEntry } from './index-tree';

/** Entries of one layer, in order; a batch may be empty. */
export interface EntrySource {
  next(): MaybePromise<readonly IndexEntry[] | undefined>;
}

/** Entries of both layers in one order. */
export class MergedEntries {
  #ahead: IndexEntry | undefined;
  #batch: readonly IndexEntry[] | undefined;
  #at = 0;

  constructor(
    private readonly overlay: Iterator<IndexEntry, undefined>,
    private readonly base: EntrySource | undefined,
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

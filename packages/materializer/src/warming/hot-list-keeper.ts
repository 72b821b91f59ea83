import type { SnapshotStore } from '@argon/wal';
import { HotCollections, type HotCollection } from './hot-collections';
import { decodeHotList, encodeHotList } from './hot-list';

/** How long after a collection becomes hot the list is written, if the process goes on so long, ms. */
const WRITE_AFTER = 30_000;

/**
 * Hands on which collections are hot from one process to the next, beside the snapshots. What is lost of it costs the next
 * process a little time, so nobody waits for it, nothing is thrown, and nothing is written that is known already.
 */
export class HotListKeeper {
  readonly hot = new HotCollections(() => this.#changed());
  #stored: readonly HotCollection[] | undefined;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #closed = false;

  /** @param writeAfter ms; for tests */
  constructor(
    private readonly snapshots: Pick<SnapshotStore, 'hotList' | 'putHotList'>,
    private readonly writeAfter = WRITE_AFTER,
  ) {}

  /** What processes before this one, and others beside it, left; the hottest first. Nothing if it cannot be read. */
  async load(): Promise<readonly HotCollection[]> {
    try {
      const list = await this.snapshots.hotList();
      this.#stored = list === undefined ? [] : decodeHotList(list);
    } catch {
      this.#stored ??= [];
    }
    return this.#stored;
  }

  /** Writes what the next process should know. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#write();
  }

  #changed(): void {
    if (this.#timer !== undefined || this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#write();
    }, this.writeAfter).unref();
  }

  #write(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#writeIfNew());
    return this.#writing;
  }

  async #writeIfNew(): Promise<void> {
    if (this.hot.with([]).length === 0) return;
    const stored = this.#stored ?? (await this.load());
    const all = this.hot.with(stored);
    // Which they are matters, not which of them was the last.
    if (hasAll(stored, all)) return;
    try {
      const list = encodeHotList(all);
      await this.snapshots.putHotList(list);
      this.#stored = decodeHotList(list);
    } catch {
      // The next change is another occasion.
    }
  }
}

function hasAll(stored: readonly HotCollection[], wanted: readonly HotCollection[]): boolean {
  return wanted.every(({ branchId, collection }) =>
    stored.some((hot) => hot.branchId === branchId && hot.collection === collection),
  );
}

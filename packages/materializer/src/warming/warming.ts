import type { Store } from '@argon/wal';
import { Foreground } from './foreground';
import { HotListKeeper } from './hot-list-keeper';
import { DEFAULT_LIMITS, Warmer, type WarmingHeads, type WarmingStats } from './warmer';

const NOTHING: WarmingStats = { collections: 0, bytes: 0, failed: 0 };

/** What warming needs of a materializer. */
export interface WarmingContext {
  readonly store: Pick<Store, 'branchById' | 'snapshots'>;
  readonly heads: WarmingHeads;
  /** Bytes of decoded nodes that it may bring into memory. */
  readonly bytes: number;
}

/** Notes which collections are read, so that the next process can begin with them, and begins with those of the last. */
export class Warming {
  readonly foreground = new Foreground();
  readonly #keeper: HotListKeeper | undefined;
  readonly #warmer: Warmer | undefined;

  /** @param context undefined: it is turned off */
  constructor(context: WarmingContext | undefined) {
    if (context === undefined) return;
    const { store, heads, bytes } = context;
    const keeper = new HotListKeeper(store.snapshots);
    this.#keeper = keeper;
    this.#warmer = new Warmer(store, heads, () => keeper.load(), this.foreground, {
      ...DEFAULT_LIMITS,
      bytes,
    });
  }

  get stats(): WarmingStats {
    return this.#warmer?.stats ?? NOTHING;
  }

  /** Somebody reads a collection. */
  read(branchId: number, collection: string): void {
    this.#keeper?.hot.read(branchId, collection);
  }

  /** Stops warming and writes down what is hot. */
  async close(): Promise<void> {
    await this.#warmer?.close();
    await this.#keeper?.close();
  }
}

import type { Lsn, Store } from '@argon/wal';

/** How many commits are remembered one by one; of more, the first counts. */
const REMEMBERED = 10_000;

/** The end of a branch's log: wakes whoever waits for the next commit, and knows since when commits wait. */
export class Tail {
  readonly #stopped = new AbortController();
  readonly #signal: AbortSignal;
  #known: { readonly lsn: Lsn; readonly timestamp: number }[] = [];
  #newest: Lsn;
  #wake: (() => void) | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(store: Pick<Store, 'follow'>, branchId: number, after: Lsn, signal: AbortSignal) {
    this.#newest = after;
    this.#signal = AbortSignal.any([signal, this.#stopped.signal]);
    this.#signal.addEventListener('abort', () => this.#wake?.(), { once: true });
    void this.#read(store, branchId, after);
  }

  /** How long the oldest commit waits that was not applied, ms. */
  get lagMs(): number {
    const [oldest] = this.#known;
    return oldest === undefined ? 0 : Math.max(0, Date.now() - oldest.timestamp);
  }

  /** Commits up to this one wait no longer. */
  applied(lsn: Lsn): void {
    const first = this.#known.findIndex((commit) => commit.lsn > lsn);
    this.#known = first < 0 ? [] : this.#known.slice(first);
  }

  /** Resolves when there is a commit after this one, or the signal has aborted. @throws what the store throws */
  async next(after: Lsn): Promise<void> {
    if (this.#newest <= after && this.#failure === undefined && !this.#signal.aborted) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = undefined;
    }
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #read(store: Pick<Store, 'follow'>, id: number, after: Lsn): Promise<void> {
    try {
      for await (const { lsn, timestamp } of store.follow(id, after, this.#signal)) {
        if (this.#known.length < REMEMBERED) this.#known.push({ lsn, timestamp });
        this.#newest = lsn;
        this.#wake?.();
      }
      // A store that was closed says so to whoever reads it next.
      this.#newest = Infinity;
    } catch (error) {
      this.#failure = { error };
    }
    this.#wake?.();
  }
}

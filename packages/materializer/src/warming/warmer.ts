import type { Head, Lsn, MaybePromise, Store } from '@argon/wal';
import type { LayeredBranchState } from '../state/branch-state';
import type { UpperNodesLimit } from '../tree/upper-nodes';
import type { Foreground } from './foreground';
import type { HotCollection } from './hot-collections';

/** What warming has done. */
export interface WarmingStats {
  /** Collections whose state and upper nodes it brought into memory. */
  readonly collections: number;
  /** Bytes of decoded nodes that it went over. */
  readonly bytes: number;
  /** Collections that it gave up: reading them will tell why. */
  readonly failed: number;
}

export interface WarmingLimits {
  /** Before it begins, ms: opening and a first query are not to wait for it. */
  readonly delay: number;
  /** From its beginning to its end, ms. */
  readonly time: number;
  /** Bytes of decoded nodes. */
  readonly bytes: number;
  readonly collections: number;
  /** LSNs between a branch's snapshot and its head: replaying more than that is for whoever wants it. */
  readonly tail: Lsn;
}

export const DEFAULT_LIMITS: Omit<WarmingLimits, 'bytes'> = {
  delay: 100,
  time: 10_000,
  collections: 8,
  tail: 50_000,
};

/** Where the heads of branches come from. */
export interface WarmingHeads {
  ask(branchId: number): MaybePromise<Head>;
  upTo(branchId: number, lsn: Lsn): MaybePromise<LayeredBranchState>;
}

/**
 * Brings what was read most lately before into memory when a store is opened: the branches' states, and of the
 * collections' trees all nodes above the leaves. Works in small steps, in the background, and only while nobody wants
 * anything: a process that is busy from the start warms itself by what it does.
 */
export class Warmer {
  #collections = 0;
  #bytes = 0;
  #failed = 0;
  readonly #stop = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: Pick<Store, 'branchById' | 'snapshots'>,
    private readonly heads: WarmingHeads,
    private readonly hottest: () => Promise<readonly HotCollection[]>,
    private readonly foreground: Foreground,
    private readonly limits: WarmingLimits,
  ) {
    this.#timer = setTimeout(() => {
      this.#running = this.#run();
    }, limits.delay).unref();
  }

  get stats(): WarmingStats {
    return { collections: this.#collections, bytes: this.#bytes, failed: this.#failed };
  }

  /** Stops at the next step. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const until = performance.now() + this.limits.time;
    const limit: UpperNodesLimit = {
      bytes: this.limits.bytes,
      goOn: async () => {
        await this.foreground.goesFirst(signal);
        return !signal.aborted && performance.now() < until;
      },
    };
    await limit.goOn();
    const hottest = signal.aborted ? [] : await this.hottest();
    for (const hot of hottest.slice(0, this.limits.collections)) {
      if (limit.bytes <= 0 || !(await limit.goOn())) return;
      try {
        if (await this.#warm(hot, limit)) this.#collections += 1;
      } catch {
        // Whoever reads the collection is told, or it is mended there.
        this.#failed += 1;
      }
      this.#bytes = this.limits.bytes - limit.bytes;
    }
  }

  /** False if there is nothing to warm, or it is left alone. */
  async #warm({ branchId, collection }: HotCollection, limit: UpperNodesLimit): Promise<boolean> {
    const state = await this.#state(branchId);
    const base = state?.collections.get(collection)?.base;
    if (base === undefined) return state?.collections.has(collection) ?? false;
    const indexes = [...base.indexes.values()].map(({ tree }) => tree);
    for (const tree of [base.ids, base.records, ...indexes]) {
      await tree.loadUpperNodes(limit);
      if (limit.bytes <= 0 || this.#stop.signal.aborted) break;
    }
    return true;
  }

  async #state(branchId: number): Promise<LayeredBranchState | undefined> {
    const record = await this.store.branchById(branchId);
    if (record === undefined || record.status === 'deleted') return undefined;
    const { lsn } = await this.heads.ask(branchId);
    const snapshot = await this.store.snapshots.atOrBefore(branchId, lsn);
    if (lsn - (snapshot?.lsn ?? record.startLsn) > this.limits.tail) return undefined;
    return this.heads.upTo(branchId, lsn);
  }
}

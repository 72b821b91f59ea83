import { hostname } from 'node:os';
import type { MaterializerStats } from '@argon/materializer';
import type { AppendResult, PerfStore, Store } from '@argon/wal';
import { encodeCounts } from './codec';
import { commandKind } from './command-kinds';
import { PerfCounts, type Counter } from './counts';

/** How long a slot of the store is, ms. */
export const SLOT_MS = 60_000;
/** Processes of one machine do not all tell at the same moment: they wait up to this long after the minute, ms. */
const SPREAD_MS = 5_000;

export interface PerfRecorderOptions {
  /** What tells this process from others. Default: the machine's name and the process's id. */
  readonly process?: string;
  /** The clock, ms since the epoch. */
  readonly now?: () => number;
}

/** What is told of caches, as they have counted since they were made. */
type Caches = Pick<MaterializerStats, 'hits' | 'misses' | 'nodes' | 'snapshots'>;

let recorders = 0;

/**
 * Counts how this process does, and tells the store every minute in which something was done: what `argon wal perf` shows.
 * To count costs a few additions. Telling is best effort, in the background; it never keeps a process alive.
 */
export class PerfRecorder {
  readonly process: string;
  readonly #store: PerfStore;
  readonly #caches: () => Caches;
  readonly #now: () => number;
  readonly #spread = Math.random() * SPREAD_MS;
  readonly #counts = new PerfCounts();
  #seen: Caches;
  /** The minute that is counted; undefined: nothing was done since the last one. */
  #slot: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #telling: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(store: Pick<Store, 'perf'>, caches: { stats(): Caches }, options: PerfRecorderOptions = {}) {
    this.#store = store.perf;
    this.#caches = () => caches.stats();
    this.#now = options.now ?? Date.now;
    recorders += 1;
    const name = options.process ?? `${hostname()}:${process.pid}${recorders > 1 ? `:${recorders}` : ''}`;
    this.process = name.slice(-96);
    this.#seen = this.#caches();
  }

  /** @param name of the command's definition @param started by `performance.now()` */
  command(name: string, started: number, failed: boolean): void {
    const kind = commandKind(name);
    if (kind === undefined) return;
    this.#begin();
    this.#counts.timed[kind].add(1_000 * (performance.now() - started));
    if (failed) this.#counts.counters[`${kind}Failed`] += 1;
  }

  /** @param started by `performance.now()` */
  append(result: AppendResult, started: number): void {
    this.#begin();
    const { counters, timed } = this.#counts;
    timed.append.add(1_000 * (performance.now() - started));
    if (!result.appended) {
      if (result.reason === 'head-moved') counters.lost += 1;
      return;
    }
    counters.commits += result.commits.length;
    for (const { entries } of result.commits) {
      counters.entries += entries.length;
      for (const { document } of entries) counters.bytes += document?.length ?? 0;
    }
  }

  /** Tells what was counted until now; what comes in the same minute is told with it again. Never rejects. */
  flush(): Promise<void> {
    const slot = this.#slot;
    if (slot === undefined) return this.#telling;
    this.#look();
    const bytes = encodeCounts(this.#counts);
    if (this.#closed || slotOf(this.#now()) !== slot) {
      this.#counts.clear();
      this.#slot = undefined;
      clearTimeout(this.#timer);
    }
    this.#telling = this.#telling
      .then(() => this.#store.put({ slot, process: this.process, bytes }))
      // Nobody's work should suffer for it: a full disk is told of by those who write.
      .catch(() => undefined);
    return this.#telling;
  }

  /** Tells the rest. After the engine and the materializer, which may take snapshots at the end; before the store. */
  close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    return this.flush();
  }

  #begin(): void {
    if (this.#slot !== undefined || this.#closed) return;
    const now = this.#now();
    this.#slot = slotOf(now);
    this.#timer = setTimeout(
      () => void this.flush(),
      (this.#slot + 1) * SLOT_MS - now + this.#spread,
    ).unref();
  }

  /** Counts what the caches have done since it was last asked. */
  #look(): void {
    const { hits, misses, nodes, snapshots } = this.#caches();
    const before = this.#seen;
    this.#seen = { hits, misses, nodes, snapshots };
    const add = (name: Counter, after: number, earlier: number): void => {
      this.#counts.counters[name] += Math.max(0, after - earlier);
    };
    add('documentHits', hits, before.hits);
    add('documentMisses', misses, before.misses);
    add('nodeHits', nodes.hits, before.nodes.hits);
    add('nodeMisses', nodes.misses, before.nodes.misses);
    add('snapshots', snapshots.taken, before.snapshots.taken);
    add('snapshotsFailed', snapshots.failed, before.snapshots.failed);
  }
}

/** The slot that a time (ms) lies in. */
export function slotOf(time: number): number {
  return Math.floor(time / SLOT_MS);
}

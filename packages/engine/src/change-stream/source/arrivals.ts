import type { Lsn, Store } from '@argon/wal';

/** Says when a branch has new commits, by whichever process: to all streams of this process that wait for them. */
export class Arrivals {
  readonly #branches = new Map<number, Follower>();
  #all: Follower | undefined;

  constructor(private readonly store: Store) {}

  /** Begins to watch a branch. @param after what has been read */
  watch(branchId: number, after: Lsn): Watch {
    let follower = this.#branches.get(branchId);
    if (follower === undefined) {
      let last = after;
      const { store } = this;
      follower = new Follower(async function* (signal) {
        for await (const commit of store.follow(branchId, last, signal)) {
          last = commit.lsn;
          yield branchId;
        }
      });
      this.#branches.set(branchId, follower);
    }
    return follower.join(() => this.#branches.delete(branchId));
  }

  /** Begins to watch all branches. */
  watchAll(): Watch {
    this.#all ??= new Follower((signal) => this.#moves(signal));
    return this.#all.join(() => (this.#all = undefined));
  }

  async *#moves(signal: AbortSignal): AsyncGenerator<number> {
    if (this.store.moves !== undefined) {
      yield* this.store.moves(signal);
      return;
    }
    for (; !signal.aborted; await pause(POLL_MS, signal)) yield 0;
  }

  close(): void {
    this.#all?.stop();
    this.#all = undefined;
    for (const follower of this.#branches.values()) follower.stop();
    this.#branches.clear();
  }
}

/** One stream's view of a branch that is watched. */
export interface Watch {
  /** Changes with every commit: to be looked at before the log is read. */
  readonly version: number;
  /** The branches that moved since it was last asked; 0 among them: it may be any. */
  take(): ReadonlySet<number>;
  /** Resolves once the version is another than this, or the signal aborts. */
  wait(version: number, signal: AbortSignal): Promise<void>;
  close(): void;
}

/** How often all branches are looked at where the store does not tell which move, ms. */
const POLL_MS = 50;
/** After the store's notifications broke down, they are asked for again, ms later. */
const PAUSE_MS = 500;

class Follower {
  #version = 0;
  readonly #moved = new Set<Set<number>>();
  #ended = false;
  readonly #stop = new AbortController();
  #waiting = new Set<() => void>();

  /** @param follow gives the branches that have new commits, or 0 if it may be any */
  constructor(private readonly follow: (signal: AbortSignal) => AsyncIterable<number>) {
    void this.#run();
  }

  join(left: () => void): Watch {
    let moved = new Set<number>();
    this.#moved.add(moved);
    const current = () => this.#version;
    return {
      get version() {
        return current();
      },
      take: () => {
        const taken = moved;
        this.#moved.delete(moved);
        this.#moved.add((moved = new Set()));
        return taken;
      },
      wait: (version, signal) => this.#wait(version, signal),
      close: () => {
        if (!this.#moved.delete(moved) || this.#moved.size > 0) return;
        this.stop();
        left();
      },
    };
  }

  stop(): void {
    this.#ended = true;
    this.#stop.abort();
    this.#notify();
  }

  async #run(): Promise<void> {
    while (!this.#ended) {
      try {
        for await (const branchId of this.follow(this.#stop.signal)) this.#notify(branchId);
        // It ends by itself only when the store is closed: whoever reads is told so.
        this.#ended = true;
      } catch {
        if (this.#ended) return;
        // Who reads the log now finds out what is the matter, or that nothing is.
        await pause(PAUSE_MS, this.#stop.signal);
      }
      this.#notify();
    }
  }

  #notify(branchId = 0): void {
    this.#version += 1;
    for (const moved of this.#moved) moved.add(branchId);
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const wake of waiting) wake();
  }

  #wait(version: number, signal: AbortSignal): Promise<void> {
    if (this.#version !== version || this.#ended || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}

/** Resolves after so many ms, or when the signal aborts. Keeps no process alive. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    timer.unref();
    signal.addEventListener('abort', done, { once: true });
  });
}

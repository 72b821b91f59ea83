import type { Lsn, Store } from '@argon/wal';

/** Says when a branch has new commits, by whichever process: to all streams of this process that wait for them. */
export class Arrivals {
  readonly #branches = new Map<number, Follower>();

  constructor(private readonly store: Store) {}

  /** Begins to watch a branch. @param after what has been read */
  watch(branchId: number, after: Lsn): Watch {
    let follower = this.#branches.get(branchId);
    if (follower === undefined) {
      follower = new Follower(this.store, branchId, after);
      this.#branches.set(branchId, follower);
    }
    return follower.join(() => this.#branches.delete(branchId));
  }

  close(): void {
    for (const follower of this.#branches.values()) follower.stop();
    this.#branches.clear();
  }
}

/** One stream's view of a branch that is watched. */
export interface Watch {
  /** Changes with every commit: to be looked at before the log is read. */
  readonly version: number;
  /** Resolves once the version is another than this, or the signal aborts. */
  wait(version: number, signal: AbortSignal): Promise<void>;
  close(): void;
}

/** After the store's notifications broke down, they are asked for again, ms later. */
const PAUSE_MS = 500;

class Follower {
  #version = 0;
  #members = 0;
  #ended = false;
  readonly #stop = new AbortController();
  #waiting = new Set<() => void>();

  constructor(
    private readonly store: Store,
    private readonly branchId: number,
    after: Lsn,
  ) {
    void this.#run(after);
  }

  join(left: () => void): Watch {
    this.#members += 1;
    let isOpen = true;
    const current = () => this.#version;
    return {
      get version() {
        return current();
      },
      wait: (version, signal) => this.#wait(version, signal),
      close: () => {
        if (!isOpen) return;
        isOpen = false;
        this.#members -= 1;
        if (this.#members > 0) return;
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

  async #run(after: Lsn): Promise<void> {
    let last = after;
    while (!this.#ended) {
      try {
        for await (const commit of this.store.follow(this.branchId, last, this.#stop.signal)) {
          last = commit.lsn;
          this.#notify();
        }
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

  #notify(): void {
    this.#version += 1;
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

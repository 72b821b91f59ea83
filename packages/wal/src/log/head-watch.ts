/** Wakes those who follow a branch when somebody in this process has appended to it. */
export class HeadWatch {
  readonly #versions = new Map<number, number>();
  readonly #listeners = new Set<(branchId: number) => void>();
  readonly #waiting = new Map<number, Set<() => void>>();

  /** A number that changes with every append to the branch: read it before reading the log. */
  version(branchId: number): number {
    return this.#versions.get(branchId) ?? 0;
  }

  /** Says that the branch has new commits. */
  notify(branchId: number): void {
    this.#versions.set(branchId, this.version(branchId) + 1);
    for (const listener of this.#listeners) listener(branchId);
    const waiting = this.#waiting.get(branchId);
    if (waiting === undefined) return;
    this.#waiting.delete(branchId);
    for (const wake of waiting) wake();
  }

  /** Wakes everybody; for closing. */
  notifyAll(): void {
    for (const branchId of [...this.#waiting.keys()]) this.notify(branchId);
    for (const listener of this.#listeners) listener(0);
  }

  /** Calls back for every append to any branch, and with 0 when everybody is woken. @returns what ends that */
  listen(listener: (branchId: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Resolves once the branch's version is another than `version`, the signal aborts, or `atMostMs` have passed (for
   * stores that other processes write to as well). The timer keeps no process alive.
   */
  wait(branchId: number, version: number, signal: AbortSignal, atMostMs?: number): Promise<void> {
    if (signal.aborted || this.version(branchId) !== version) return Promise.resolve();
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const waiting = this.#waiting.get(branchId) ?? new Set();
      this.#waiting.set(branchId, waiting);
      const wake = () => {
        waiting.delete(wake);
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
      if (atMostMs !== undefined) timer = setTimeout(wake, atMostMs);
    });
  }
}

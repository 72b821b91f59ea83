import type { Watch } from '@argon/branch';

/** Counts what is written, tells whoever watches, and waits where it would be faster than allowed. */
export class Pace {
  inserted = 0;
  updated = 0;
  deleted = 0;
  #due = performance.now();

  constructor(
    private readonly perSecond: number | undefined,
    private readonly watch: Watch | undefined,
  ) {}

  /** How many documents may be written at once: a quarter of a second's. */
  get step(): number {
    return this.perSecond === undefined ? Infinity : Math.max(1, Math.ceil(this.perSecond / 4));
  }

  /** After so many documents were looked at. @throws the signal's reason */
  seen(documents: number): void {
    this.watch?.signal?.throwIfAborted();
    if (documents > 0) this.watch?.progress?.(documents);
  }

  /** After so many were written. @throws the signal's reason */
  async wrote(documents: number): Promise<void> {
    if (this.perSecond === undefined) return;
    const now = performance.now();
    this.#due = Math.max(this.#due, now - 250) + (1000 * documents) / this.perSecond;
    if (this.#due > now) await pause(this.#due - now, this.watch?.signal);
    this.seen(0);
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end);
    if (signal?.aborted === true) end();
  });
}

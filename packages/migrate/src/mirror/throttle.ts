import { setTimeout as sleep } from 'node:timers/promises';

/** Keeps copying below a rate. */
export class Throttle {
  #free = Date.now();

  /** @param perSecond undefined: no limit */
  constructor(private readonly perSecond: number | undefined) {}

  /** Waits as long as so many documents may take. @throws the signal's reason */
  async took(documents: number, signal?: AbortSignal): Promise<void> {
    if (this.perSecond === undefined) return;
    const now = Date.now();
    this.#free = Math.max(this.#free, now) + (1000 * documents) / this.perSecond;
    if (this.#free > now) await sleep(this.#free - now, undefined, signal === undefined ? {} : { signal });
  }
}

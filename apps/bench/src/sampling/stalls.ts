import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';

const RESOLUTION = 5;

/**
 * Watches how late the event loop comes round, which is how long everything else in the process had to wait. May
 * begin and end many times.
 */
export class Stalls {
  #watching: IntervalHistogram | undefined;
  #longest = 0;

  begin(): void {
    // A new one each time: one that is enabled again counts the time in which it was not.
    this.#watching = monitorEventLoopDelay({ resolution: RESOLUTION });
    this.#watching.enable();
  }

  async end(): Promise<void> {
    // It looks when the loop comes round, so a stall at the very end is seen only after that.
    await delay(2 * RESOLUTION);
    this.#watching?.disable();
    const { count, max } = this.#watching ?? { count: 0, max: 0 };
    // What it measures is the time between two looks, of which RESOLUTION is meant to pass.
    if (count > 0) this.#longest = Math.max(this.#longest, max / 1e6 - RESOLUTION);
  }

  /** The longest that the event loop was late, ms. */
  get longest(): number {
    return this.#longest;
  }
}

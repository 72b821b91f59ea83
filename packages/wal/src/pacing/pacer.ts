import { setImmediate } from 'node:timers/promises';

const DEFAULT_SLICE = 2;

/** Keeps long work from holding up everything else in the process: gives way when a slice of time is used up. */
export class Pacer {
  #since = performance.now();

  /** @param slice milliseconds */
  constructor(readonly slice: number = DEFAULT_SLICE) {}

  /** Whether it is time to give way. */
  get due(): boolean {
    return performance.now() - this.#since >= this.slice;
  }

  /** Lets other work run, then starts a new slice. */
  async giveWay(): Promise<void> {
    await setImmediate();
    this.#since = performance.now();
  }
}

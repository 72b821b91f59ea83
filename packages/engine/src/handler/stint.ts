import { setImmediate } from 'node:timers/promises';

/** How long work may keep the event loop to itself, ms. */
const LONGEST = 10;

/** Keeps long work from holding up everything else in the process. */
export class Stint {
  #since = performance.now();

  /** Whether it is time to give way. */
  get isOver(): boolean {
    return performance.now() - this.#since > LONGEST;
  }

  /** Lets timers, sockets and other work have their turn. */
  async giveWay(): Promise<void> {
    await setImmediate();
    this.#since = performance.now();
  }
}

import { setImmediate } from 'node:timers/promises';

/** How long commands may follow each other without a turn for anything else, ms. */
const STRETCH = 10;

/**
 * Gives timers, sockets and background work of the process their turn. Of an embedded store a command is answered without
 * any waiting, so a program that awaits one after the other would otherwise keep the event loop to itself.
 */
export class Turns {
  #since = performance.now();

  /** Something to wait for now and then; mostly there is nothing. */
  take(): Promise<void> | undefined {
    return performance.now() - this.#since < STRETCH ? undefined : this.#give();
  }

  async #give(): Promise<void> {
    await setImmediate();
    this.#since = performance.now();
  }
}

import { setImmediate, setTimeout } from 'node:timers/promises';

/** How long nobody may want anything for it to be quiet, ms. */
const QUIET = 25;

/** What the process does for its callers, as those see it who work in the background. */
export class Foreground {
  /** Counted up by whoever does something for a caller. A number, because it is on the path of every command. */
  calls = 0;
  #seen = 0;

  /** Lets others go first: at least until the next turn of the event loop, and until callers have been quiet for a while. */
  async goesFirst(signal: AbortSignal): Promise<void> {
    await setImmediate();
    while (this.calls !== this.#seen && !signal.aborted) {
      this.#seen = this.calls;
      await setTimeout(QUIET, undefined, { ref: false, signal }).catch(() => undefined);
    }
  }
}

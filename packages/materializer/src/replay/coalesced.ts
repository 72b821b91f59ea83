import type { MaybePromise } from '@argon/wal';

/** How many questions may be on their way at once. */
const IN_FLIGHT = 2;

/**
 * Asks one question for many callers. Each gets an answer to a question that was asked after the caller came: one
 * already on its way may have been answered before what the caller must see happened. Answers that come at once (an
 * embedded store's) are passed on at once.
 */
export class Coalesced<T> {
  readonly #ask: () => MaybePromise<T>;
  /** Learnt from the first answer: whether gathering callers is worth a microtask. */
  #remote = false;
  #inFlight = 0;
  #next: { promise: Promise<T>; start: () => void } | undefined;

  constructor(ask: () => MaybePromise<T>) {
    this.#ask = ask;
  }

  get(): MaybePromise<T> {
    if (this.#next) return this.#next.promise;
    if (this.#remote) return this.#gather();
    const answer = this.#ask();
    if (!(answer instanceof Promise)) return answer;
    this.#remote = true;
    return this.#track(() => answer);
  }

  /** The question that whoever comes before it is asked shares: at the end of this tick, or when one is back. */
  #gather(): Promise<T> {
    let start!: () => void;
    const promise = new Promise<T>((resolve) => {
      start = () => {
        this.#next = undefined;
        resolve(this.#track(this.#ask));
      };
    });
    this.#next = { promise, start };
    if (this.#inFlight < IN_FLIGHT) queueMicrotask(start);
    return promise;
  }

  async #track(ask: () => MaybePromise<T>): Promise<T> {
    this.#inFlight += 1;
    try {
      return await ask();
    } finally {
      this.#inFlight -= 1;
      // Not one that a microtask is about to start: there is room for that one already.
      if (this.#inFlight === IN_FLIGHT - 1) this.#next?.start();
    }
  }
}

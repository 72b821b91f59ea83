import type { MaybePromise } from '@argon/wal';

/** Batches of something, until there are no more. */
type Load<T> = () => MaybePromise<T | undefined>;

/**
 * Loads batches in order, the next one while the present one is used, where loading takes time. Where it does not, in an
 * embedded store, nothing is loaded before it is asked for. Nor is the second batch: many readers stop after the first.
 */
export class ReadAhead<T> {
  #ahead: Promise<T | undefined> | undefined;
  #given = 0;

  constructor(private readonly load: Load<T>) {}

  /** The next batch; undefined at the end. Not to be called again before it has answered. */
  next(): MaybePromise<T | undefined> {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    const answer = ahead ?? this.load();
    return answer instanceof Promise ? answer.then((batch) => this.#arrived(batch)) : answer;
  }

  #arrived(batch: T | undefined): T | undefined {
    if (batch === undefined) return undefined;
    this.#given += 1;
    if (this.#given > 1) {
      this.#ahead = this.#begin();
      // Told to whoever asks for that batch, if anybody does.
      this.#ahead.catch(() => undefined);
    }
    return batch;
  }

  async #begin(): Promise<T | undefined> {
    return this.load();
  }
}

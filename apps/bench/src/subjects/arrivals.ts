import { setTimeout as delay } from 'node:timers/promises';
import type { Commit, Lsn } from '@argon/wal';
import { BSON } from 'mongodb';
import type { WrittenPerson } from '../child/jobs/steady-writes';
import { PEOPLE } from '../documents/load';
import type { Argon } from './argon';

/** Follows branch `main` as a reader would, and notes when it came by which of the steady writes. */
export class Arrivals {
  /** By the number of the write: ms since the epoch. */
  readonly at = new Map<number, number>();
  #last: Lsn;
  readonly #following: Promise<void>;

  /** @param after the newest commit that is of no interest */
  constructor(
    private readonly argon: Argon,
    after: Lsn,
    signal: AbortSignal,
  ) {
    this.#last = after;
    this.#following = this.#follow(signal);
    // Whoever waits for it hears of a failure.
    this.#following.catch(() => undefined);
  }

  /** Waits until everything that is on the branch by now has come. */
  async complete(): Promise<void> {
    const { store, branchId } = this.argon;
    const { lsn } = await store.head(await branchId());
    const arrived = async (): Promise<void> => {
      while (this.#last < lsn) await delay(10);
    };
    await Promise.race([arrived(), this.#following]);
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { store, branchId } = this.argon;
    for await (const commit of store.follow(await branchId(), this.#last, signal)) this.#note(commit);
  }

  #note({ entries, lsn }: Commit): void {
    const now = Date.now();
    for (const { collection, document } of entries) {
      if (collection !== PEOPLE || document === null) continue;
      const { write } = BSON.deserialize(document) as WrittenPerson;
      if (write !== undefined) this.at.set(write, now);
    }
    this.#last = lsn;
  }
}

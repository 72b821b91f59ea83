import type { Timestamp } from '@argon/bson';
import { compareTimes } from '../stream/cluster-time';

interface Waiter {
  readonly time: Timestamp;
  resolve(): void;
  reject(error: unknown): void;
}

/** Those who wait until a mirror has come past a time. */
export class Waiting {
  #waiters: Waiter[] = [];

  get isEmpty(): boolean {
    return this.#waiters.length === 0;
  }

  until(time: Timestamp): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ time, resolve, reject });
    });
  }

  /** Lets go of those who wait for this time or an earlier one. */
  reached(time: Timestamp): void {
    if (this.isEmpty) return;
    const isThere = (waiter: Waiter) => compareTimes(waiter.time, time) <= 0;
    const there = this.#waiters.filter(isThere);
    this.#waiters = this.#waiters.filter((waiter) => !isThere(waiter));
    for (const waiter of there) waiter.resolve();
  }

  fail(error: unknown): void {
    const all = this.#waiters;
    this.#waiters = [];
    for (const waiter of all) waiter.reject(error);
  }
}

import type { Transaction } from './transaction';

/** How long a transaction may stay open, as mongod's `transactionLifetimeLimitSeconds` has it, ms. */
const LIFETIME = 60_000;

/** The transactions that are open: each ends when it has been for too long. */
export class OpenTransactions {
  readonly #open = new Set<Transaction>();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly lifetime = LIFETIME) {}

  get size(): number {
    return this.#open.size;
  }

  add(transaction: Transaction): void {
    this.#open.add(transaction);
    this.#timer ??= setInterval(() => this.expire(), Math.max(1, Math.min(1000, this.lifetime / 4)));
  }

  delete(transaction: Transaction): void {
    this.#open.delete(transaction);
    if (this.#open.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Aborts those that have been open for too long, but for those that are being committed. */
  expire(now = Date.now()): void {
    for (const transaction of this.#open) {
      if (!transaction.isCommitting && now - transaction.started > this.lifetime)
        transaction.finish('aborted');
    }
  }

  abortAll(): void {
    for (const transaction of this.#open) transaction.finish('aborted');
  }
}

import type { RootDatabase } from 'lmdb';
import { StoreLockedError } from '../errors';
import { commitFailure, lmdbFailure } from './failure';
import { InlineCost } from './inline-cost';
import { Pacer } from '../../pacing/pacer';
import { LAST_LSN_KEY, readLastLsn, u64 } from './keys';
import type { LastTransaction } from './last-transaction';

/** lmdb-js's flag for a transaction that is on disk when it returns. */
export const SYNCHRONOUS = 2;

/** What a job sees of the write transaction. Reads see what earlier jobs of the same transaction wrote. */
export class WriteTransaction {
  readonly #db: RootDatabase<Buffer, Buffer>;
  readonly #firstLastLsn: number;
  #lastLsn: number;
  /** Bytes put so far, for deciding when a transaction is large enough. */
  bytes = 0;

  constructor(db: RootDatabase<Buffer, Buffer>) {
    this.#db = db;
    this.#lastLsn = readLastLsn(db.get(LAST_LSN_KEY));
    this.#firstLastLsn = this.#lastLsn;
  }

  get(key: Buffer): Buffer | undefined {
    return this.#db.get(key);
  }

  /** The values from one key up to another, exclusive; the first `limit` of them. */
  range(start: Buffer, end: Buffer, limit?: number): readonly Buffer[] {
    const range = limit === undefined ? { start, end } : { start, end, limit };
    return [...this.#db.getRange(range)].map(({ value }) => value);
  }

  put(key: Buffer, value: Buffer): void {
    this.bytes += key.length + value.length;
    // Inside a transaction's callback lmdb-js writes at once and throws what goes wrong; its promise says nothing more.
    void this.#db.put(key, value);
  }

  remove(key: Buffer): void {
    void this.#db.remove(key);
  }

  /** The greatest LSN handed out, jobs before this one included. */
  get lastLsn(): number {
    return this.#lastLsn;
  }

  /** Hands out the next LSNs; returns the first. They are lost with the transaction, so there are no gaps. */
  takeLsns(count: number): number {
    const first = this.#lastLsn + 1;
    this.#lastLsn += count;
    return first;
  }

  finish(): void {
    if (this.#lastLsn !== this.#firstLastLsn) this.put(LAST_LSN_KEY, u64(this.#lastLsn));
  }
}

/** Jobs of few bytes are done at once, where a transaction in the background would cost more than they do. */
export type JobSize = 'small' | 'any';

interface Job {
  /** Does everything that may fail before its first put, so that a job that throws has written nothing. */
  readonly work: (transaction: WriteTransaction) => unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
  readonly isSmall: boolean;
  outcome: { value: unknown } | { error: unknown } | undefined;
}

/** A transaction that has written this much leaves the other jobs to the next one. */
const MAX_TRANSACTION_BYTES = 64 << 20;

/**
 * Write jobs of this process, grouped: all that are waiting when the store's lock is ours go into one transaction and
 * one flush. LMDB's lock is exclusive across processes, so within a job nothing changes under its feet. A job is
 * resolved after the flush.
 *
 * A transaction is carried out by a thread of lmdb-js's, except for a small job that waits alone: to wake the thread and
 * be woken takes as long as such a commit itself.
 */
export class WriteQueue {
  readonly #db: RootDatabase<Buffer, Buffer>;
  readonly #location: string;
  readonly #folder: string;
  readonly #last: LastTransaction;
  readonly #lockTimeoutMs: number;
  #waiting: Job[] = [];
  #draining: Promise<void> | undefined;
  #stuck = false;
  #committedLsn = 0;
  #transactions = 0;
  readonly #inline = new InlineCost();
  readonly #pacer = new Pacer();
  /** Whether the transaction before was one small job: then nobody else is likely to come while this one is written. */
  #isQuiet = true;
  readonly #idleWaiters: (() => void)[] = [];

  constructor(
    db: RootDatabase<Buffer, Buffer>,
    last: LastTransaction,
    location: string,
    folder: string,
    lockTimeoutMs: number,
  ) {
    this.#db = db;
    this.#last = last;
    this.#location = location;
    this.#folder = folder;
    this.#lockTimeoutMs = lockTimeoutMs;
  }

  /** The greatest LSN that this process has seen committed by itself. */
  get committedLsn(): number {
    return this.#committedLsn;
  }

  /** How many transactions this process has committed. */
  get transactions(): number {
    return this.#transactions;
  }

  run<T>(work: (transaction: WriteTransaction) => T, size: JobSize = 'any'): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ work, resolve, reject, isSmall: size === 'small', outcome: undefined });
      this.#draining ??= this.#drain();
    });
  }

  /** Resolves when no job is waiting or under way; false if the lock is not to be had and waiting is pointless. */
  async idle(): Promise<boolean> {
    while (this.#draining !== undefined && !this.#stuck) await Promise.race([this.#draining, this.#gaveUp()]);
    return !this.#stuck;
  }

  async #drain(): Promise<void> {
    // Others of this moment may join the first transaction.
    await undefined;
    while (this.#waiting.length > 0) {
      await this.#transact();
      // A small one does not wait for the event loop, so a caller that awaits one after the other would keep it to itself.
      if (this.#pacer.due) await this.#pacer.giveWay();
    }
    this.#draining = undefined;
  }

  async #transact(): Promise<void> {
    let jobs: readonly Job[] = [];
    let lastLsn = 0;
    let stopWatching = () => {};
    const perform = () => {
      stopWatching();
      // Ends at once then, with all jobs waiting for the next one.
      if (this.#last.correct(this.#db.getWriteTxnId())) return;
      [jobs, lastLsn] = this.#perform();
    };
    try {
      if (this.#isInline()) {
        this.#inline.measure(() =>
          this.#db.transactionSync(() => {
            // The lock is not fair: who takes it again at once may keep others from it for ever.
            if (this.#last.isAwaited) this.#inline.leave();
            perform();
          }, SYNCHRONOUS),
        );
      } else {
        stopWatching = this.#watchLock();
        await this.#db.transaction(perform);
      }
      this.#transactions += 1;
      this.#committedLsn = Math.max(this.#committedLsn, lastLsn);
    } catch (error) {
      stopWatching();
      const failure = await commitFailure(this.#location, this.#folder, error);
      // If the callback never ran there is nobody to tell but those who wait.
      if (jobs.length === 0) jobs = this.#takeWaiting();
      for (const job of jobs) job.reject(failure);
      return;
    }
    for (const job of jobs) {
      if ('error' in job.outcome!) job.reject(job.outcome.error);
      else job.resolve(job.outcome!.value as never);
    }
  }

  /** Whether the next transaction is carried out here, while everything else in the process stands still. */
  #isInline(): boolean {
    const [first] = this.#waiting;
    const isSmall = this.#waiting.length === 1 && first!.isSmall;
    const wasQuiet = this.#isQuiet;
    this.#isQuiet = isSmall;
    if (!isSmall || !wasQuiet || !this.#inline.isCheap()) return false;
    // Never to wait for another process.
    return this.#last.isLocked === false;
  }

  #takeWaiting(): Job[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }

  /** Runs the waiting jobs within the transaction; returns those that ran, and the last LSN after them. */
  #perform(): [readonly Job[], number] {
    const transaction = new WriteTransaction(this.#db);
    const waiting = this.#waiting;
    let count = 0;
    while (count < waiting.length && transaction.bytes < MAX_TRANSACTION_BYTES) {
      const job = waiting[count++]!;
      const bytesBefore = transaction.bytes;
      try {
        job.outcome = { value: job.work(transaction) };
      } catch (error) {
        job.outcome = { error: lmdbFailure(this.#location, error) };
        // A put failed natively: LMDB has marked the transaction as broken, and its commit will fail for all.
        if (transaction.bytes !== bytesBefore) break;
      }
    }
    this.#waiting = waiting.slice(count);
    transaction.finish();
    return [waiting.slice(0, count), transaction.lastLsn];
  }

  /**
   * Gives up the waiting jobs when the lock is not to be had for too long: they leave the queue, so should the lock
   * come later, nothing of them is written. Looks twice, because after a long computation timers fire before the
   * lock's callback does. Returns what stops it.
   */
  #watchLock(): () => void {
    let timer: NodeJS.Timeout;
    const giveUp = () => {
      const problem = `another process has held its write lock for ${this.#lockTimeoutMs / 1000} s`;
      const error = new StoreLockedError(this.#location, problem);
      for (const job of this.#takeWaiting()) job.reject(error);
      this.#stuck = true;
      for (const wake of this.#idleWaiters.splice(0)) wake();
      arm();
    };
    const arm = () => {
      timer = setTimeout(() => {
        timer = setTimeout(giveUp, 500);
      }, this.#lockTimeoutMs);
    };
    arm();
    return () => {
      clearTimeout(timer);
      this.#stuck = false;
    };
  }

  #gaveUp(): Promise<void> {
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }
}

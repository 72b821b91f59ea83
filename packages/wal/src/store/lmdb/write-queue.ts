import { ABORT, type RootDatabase } from 'lmdb';
import { StoreLockedError } from '../errors';
import { commitFailure, lmdbFailure } from './failure';
import { InlineCost } from './inline-cost';
import { Pacer } from '../../pacing/pacer';
import type { Changes } from './journal/changes';
import type { Journaling } from './journal/journaling';
import type { LastTransaction } from './last-transaction';
import { NOT_FLUSHED, SYNCHRONOUS } from './transaction-flags';
import { WriteTransaction } from './write-transaction';

/** Jobs of few bytes are done at once, where a transaction in the background would cost more than they do. */
export type JobSize = 'small' | 'any';

interface Job {
  /** Does everything that may fail before its first put, so that a job that throws has written nothing. */
  readonly work: (transaction: WriteTransaction) => unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
  readonly isSmall: boolean;
  /** What can be done before the transaction, when it is the next, without holding anybody up. */
  readonly prepare: (() => Promise<void>) | undefined;
  outcome: { value: unknown } | { error: unknown } | undefined;
}

/** What a transaction has done. */
interface Done {
  readonly jobs: readonly Job[];
  /** The last LSN after them. */
  readonly lastLsn: number;
  readonly hasWritten: boolean;
  /** What went wrong while one of them was writing. */
  readonly failure: Error | undefined;
}

const NOTHING: Done = { jobs: [], lastLsn: 0, hasWritten: false, failure: undefined };

/** A transaction that has written this much leaves the other jobs to the next one. */
const MAX_TRANSACTION_BYTES = 64 << 20;

export interface WriteQueueParts {
  readonly db: RootDatabase<Buffer, Buffer>;
  readonly last: LastTransaction;
  /** Undefined where there is no journal. */
  readonly journaling: Journaling | undefined;
  readonly location: string;
  readonly folder: string;
  readonly lockTimeoutMs: number;
}

/**
 * Write jobs of this process, grouped: all that are waiting when the store's lock is ours go into one transaction and
 * one flush. LMDB's lock is exclusive across processes, so within a job nothing changes under its feet. A job is
 * resolved after the flush.
 *
 * A transaction is carried out by a thread of lmdb-js's, except for a small job that waits alone: to wake the thread and
 * be woken takes longer than such a commit itself, whose only flush is that of the journal.
 */
export class WriteQueue {
  readonly #db: RootDatabase<Buffer, Buffer>;
  readonly #location: string;
  readonly #folder: string;
  readonly #last: LastTransaction;
  readonly #lockTimeoutMs: number;
  readonly #journaling: Journaling | undefined;
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

  constructor({ db, last, journaling, location, folder, lockTimeoutMs }: WriteQueueParts) {
    this.#db = db;
    this.#last = last;
    this.#journaling = journaling;
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

  /** @param prepare called before, when no job of this process will be done in between */
  run<T>(
    work: (transaction: WriteTransaction) => T,
    size: JobSize = 'any',
    prepare?: () => Promise<void>,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ work, resolve, reject, isSmall: size === 'small', prepare, outcome: undefined });
      this.#draining ??= this.#drain();
    });
  }

  /** Resolves when no job is waiting or under way; false if the lock is not to be had and waiting is pointless. */
  async idle(): Promise<boolean> {
    while (this.#draining !== undefined && !this.#stuck) await Promise.race([this.#draining, this.#gaveUp()]);
    return !this.#stuck;
  }

  /** Brings the data file up to date; when it is idle. */
  rest(): void {
    this.#journaling?.rest();
  }

  async #drain(): Promise<void> {
    // Others of this moment may join the first transaction.
    await undefined;
    while (this.#waiting.length > 0) {
      // What is wrong with a job its work will find, too.
      await this.#waiting[0]!.prepare?.().catch(() => undefined);
      await this.#transact();
      // A small one does not wait for the event loop, so a caller that awaits one after the other would keep it to itself.
      if (this.#pacer.due) await this.#pacer.giveWay();
    }
    this.#draining = undefined;
  }

  async #transact(): Promise<void> {
    let done = NOTHING;
    let stopWatching = () => {};
    let isJournaled = false;
    const perform = (): typeof ABORT | undefined => {
      stopWatching();
      const transaction = this.#db.getWriteTxnId();
      // Ends at once then, with all jobs waiting for the next one.
      if (this.#last.correct(transaction)) return undefined;
      const state = transaction - 1;
      if (!isJournaled) {
        this.#journaling?.pass(state);
        done = this.#perform();
        return undefined;
      }
      const changes = this.#journaling!.begin(state);
      if (changes === undefined) return undefined;
      done = this.#perform(changes);
      if (done.failure !== undefined) throw done.failure;
      if (this.#journaling!.write(state)) return undefined;
      this.#waiting = [...done.jobs, ...this.#waiting];
      done = NOTHING;
      return ABORT;
    };
    try {
      if (this.#isInline()) {
        isJournaled = this.#journaling?.isOpen === true;
        this.#inline.measure(() =>
          this.#db.transactionSync(
            () => {
              // The lock is not fair: who takes it again at once may keep others from it for ever.
              if (this.#last.isAwaited) this.#inline.leave();
              return perform();
            },
            isJournaled ? NOT_FLUSHED : SYNCHRONOUS,
          ),
        );
      } else {
        stopWatching = this.#watchLock();
        await this.#db.transaction(perform);
      }
      this.#transactions += 1;
      this.#committedLsn = Math.max(this.#committedLsn, done.lastLsn);
      if (!isJournaled && done.hasWritten) this.#journaling?.passed();
    } catch (error) {
      stopWatching();
      if (isJournaled) this.#journaling!.failed();
      const failure = await commitFailure(this.#location, this.#folder, error);
      // If the callback never ran there is nobody to tell but those who wait.
      const jobs = done.jobs.length === 0 ? this.#takeWaiting() : done.jobs;
      for (const job of jobs) job.reject(failure);
      return;
    }
    for (const job of done.jobs) {
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

  /** Runs the waiting jobs within the transaction. */
  #perform(changes?: Changes): Done {
    const transaction = new WriteTransaction(this.#db, changes);
    const waiting = this.#waiting;
    let count = 0;
    let failure: Error | undefined;
    while (count < waiting.length && failure === undefined && transaction.bytes < MAX_TRANSACTION_BYTES) {
      // One that is to be prepared is prepared to be the first.
      if (count > 0 && waiting[count]!.prepare !== undefined) break;
      const job = waiting[count++]!;
      const bytesBefore = transaction.bytes;
      try {
        job.outcome = { value: job.work(transaction) };
      } catch (error) {
        job.outcome = { error: lmdbFailure(this.#location, error) };
        // A put failed natively: LMDB has marked the transaction as broken, and its commit will fail for all.
        if (transaction.bytes !== bytesBefore) failure = error as Error;
      }
    }
    this.#waiting = waiting.slice(count);
    transaction.finish();
    const { lastLsn, hasWritten } = transaction;
    return { jobs: waiting.slice(0, count), lastLsn, hasWritten, failure };
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

import type { RootDatabase } from 'lmdb';
import type { LastTransaction } from '../last-transaction';
import { NOT_FLUSHED } from '../transaction-flags';
import type { Changes } from './changes';
import type { Journal } from './journal';

/** How long nothing is journaled until the data file is brought up to date, ms. */
const REST_AFTER = 1000;

/** Which of a process's transactions are journaled, and when the journal comes to rest. */
export class Journaling {
  readonly #db: RootDatabase<Buffer, Buffer>;
  readonly #last: LastTransaction;
  readonly #journal: Journal;
  readonly #isOn: boolean;
  #isFull = false;
  #timer: NodeJS.Timeout | undefined;
  #begun = 0;

  constructor(db: RootDatabase<Buffer, Buffer>, last: LastTransaction, journal: Journal, isOn: boolean) {
    this.#db = db;
    this.#last = last;
    this.#journal = journal;
    this.#isOn = isOn;
  }

  /** Whether the next transaction may be journaled. */
  get isOpen(): boolean {
    return this.#isOn && !this.#isFull;
  }

  /** Within a transaction, before it writes: where it is to note its changes; undefined if it cannot be journaled. */
  begin(state: number): Changes | undefined {
    this.#begun += 1;
    this.#timer ??= setTimeout(() => void this.#come(), REST_AFTER).unref();
    this.#timer.refresh();
    this.#isFull = !this.#journal.begin(state);
    return this.#isFull ? undefined : this.#journal.changes;
  }

  /** Flushes what a transaction has written. False if it does not fit: then it is to be given up, and LMDB to flush it. */
  write(state: number): boolean {
    this.#isFull = !this.#journal.write(state);
    return !this.#isFull;
  }

  /** Within a transaction that LMDB flushes, before it writes. */
  pass(state: number): void {
    this.#journal.pass(state);
  }

  /** After such a transaction, if it has written anything. */
  passed(): void {
    this.#isFull = false;
    this.#journal.release();
  }

  /** After a journaled transaction that failed: what is in the journal of it is made void. */
  failed(): void {
    try {
      this.#within((state) => this.#journal.pass(state));
    } catch {
      // The next transaction does it, before anything else.
    }
  }

  /** Brings the data file up to date, so that it stands for itself, unless another process holds the lock. */
  rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#last.isLocked !== false) this.#journal.release();
    else this.#within((state) => this.#journal.rest(state));
  }

  async #come(): Promise<void> {
    const [timer, begun] = [this.#timer, this.#begun];
    try {
      await this.#journal.settle();
      // Nothing was journaled meanwhile, and it is not closed.
      if (this.#timer === timer && this.#begun === begun) this.rest();
    } catch {
      // Of what is in the journal nothing is lost; the next transaction will tell what is wrong.
    }
  }

  #within(work: (state: number) => void): void {
    this.#db.transactionSync(() => {
      const transaction = this.#db.getWriteTxnId();
      if (!this.#last.correct(transaction)) work(transaction - 1);
    }, NOT_FLUSHED);
  }
}

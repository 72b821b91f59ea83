import type { RootDatabase } from 'lmdb';
import type { Changes } from './journal/changes';
import { LAST_LSN_KEY, readLastLsn, u64 } from './keys';

/** What a job sees of the write transaction. Reads see what earlier jobs of the same transaction wrote. */
export class WriteTransaction {
  readonly #db: RootDatabase<Buffer, Buffer>;
  readonly #changes: Changes | undefined;
  readonly #firstLastLsn: number;
  #lastLsn: number;
  /** Bytes put so far, for deciding when a transaction is large enough. */
  bytes = 0;
  hasWritten = false;

  /** With `changes`, all that is written is noted there, too. */
  constructor(db: RootDatabase<Buffer, Buffer>, changes?: Changes) {
    this.#db = db;
    this.#changes = changes;
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
    this.hasWritten = true;
    // Inside a transaction's callback lmdb-js writes at once and throws what goes wrong; its promise says nothing more.
    void this.#db.put(key, value);
    this.#changes?.put(key, value);
  }

  remove(key: Buffer): void {
    this.hasWritten = true;
    void this.#db.remove(key);
    this.#changes?.remove(key);
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

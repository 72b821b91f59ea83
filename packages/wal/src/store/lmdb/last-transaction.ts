import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { lockState } from './lock-file';
import { META_TRANSACTION_AT, metaPlace, pageSizeOf, withTransaction } from './meta-pages';
import { DATA_FILE, LOCK_FILE } from './place';

/*
 * The lock file holds the id of the last transaction, and every transaction begins from the meta page of that id. A
 * process that opens an environment sets it to what it read from the data file a moment before (ITS#9496 of OpenLDAP,
 * which lmdb-js has still): if another process committed in that moment, the id is set back, the next transaction
 * begins from the state before that commit and overwrites it. So every write transaction looks, under the lock,
 * whether it began from the newest state that is in the data file, and everybody sets right what he finds wrong.
 */
const LAST_TRANSACTION_AT = 8;
const BYTES = 8;
/** How many places of the table of readers were ever taken, u32; the first who opens the file sets it to 0. */
const READERS_AT = 16;

/** The id of the last transaction of an open environment, as the files have it. */
export class LastTransaction {
  readonly #data: number;
  readonly #lock: number;
  readonly #pageSize: number;
  readonly #bytes = Buffer.alloc(BYTES);

  /** Only while the environment is open; see `close`. */
  constructor(folder: string) {
    this.#data = openSync(join(folder, DATA_FILE), 'r+');
    this.#lock = openSync(join(folder, LOCK_FILE), 'r+');
    this.#pageSize = pageSizeOf(this.#data);
  }

  /** The id of the newest transaction in the data file. */
  get newest(): number {
    return Math.max(this.#committed(0), this.#committed(1));
  }

  /**
   * For within a write transaction, before it has written anything: whether it began from an outdated state. Then it
   * must write nothing and end; the next one begins from the newest.
   */
  correct(transaction: number): boolean {
    const { newest } = this;
    if (transaction === newest + 1) return false;
    this.#set(newest);
    return true;
  }

  /** Whether nobody has read anything since all who had the environment open were gone. */
  get isFirst(): boolean {
    readSync(this.#lock, this.#bytes, 0, 4, READERS_AT);
    return this.#bytes.readUInt32LE() === 0;
  }

  /**
   * For within a write transaction that writes nothing: the next one begins from an earlier state, as if the
   * transaction of this id had led to it.
   */
  setBack(meta: Buffer, transaction: number): void {
    for (const id of [transaction, transaction - 1]) {
      const bytes = withTransaction(meta, id);
      writeSync(this.#data, bytes, 0, bytes.length, metaPlace(id, this.#pageSize));
    }
    this.#set(transaction);
  }

  /** Whether some transaction, of whichever process, holds the write lock; undefined where that cannot be told. */
  get isLocked(): boolean | undefined {
    const state = lockState(this.#lock);
    return state && state !== 'free';
  }

  /** For within a write transaction: whether another one waits for it to end. */
  get isAwaited(): boolean {
    return lockState(this.#lock) === 'awaited';
  }

  /** Only after the environment is closed: closing any descriptor of the lock file drops LMDB's locks on it. */
  close(): void {
    closeSync(this.#data);
    closeSync(this.#lock);
  }

  #set(transaction: number): void {
    this.#bytes.writeBigUInt64LE(BigInt(transaction));
    writeSync(this.#lock, this.#bytes, 0, BYTES, LAST_TRANSACTION_AT);
  }

  #committed(metaPage: number): number {
    readSync(this.#data, this.#bytes, 0, BYTES, metaPage * this.#pageSize + META_TRANSACTION_AT);
    return Number(this.#bytes.readBigUInt64LE());
  }
}

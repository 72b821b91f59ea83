import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DataFile } from './data-file';
import { lockState } from './lock-file';
import { LOCK_FILE } from './place';

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
  readonly data: DataFile;
  readonly #lock: number;
  readonly #bytes = Buffer.alloc(BYTES);

  /** Only while the environment is open; see `close`. */
  constructor(folder: string) {
    this.data = new DataFile(folder);
    this.#lock = openSync(join(folder, LOCK_FILE), 'r+');
  }

  /**
   * For within a write transaction, before it has written anything: whether it began from an outdated state. Then it
   * must write nothing and end; the next one begins from the newest.
   */
  correct(transaction: number): boolean {
    const { newest } = this.data;
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
    this.data.setBack(meta, transaction);
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
    this.data.close();
    closeSync(this.#lock);
  }

  #set(transaction: number): void {
    this.#bytes.writeBigUInt64LE(BigInt(transaction));
    writeSync(this.#lock, this.#bytes, 0, BYTES, LAST_TRANSACTION_AT);
  }
}

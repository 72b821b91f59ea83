import { closeSync, fdatasync, fdatasyncSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  META_BYTES,
  META_TRANSACTION_AT,
  metaPlace,
  pageSizeOf,
  transactionOfMeta,
  withTransaction,
} from './meta-pages';
import { DATA_FILE } from './place';

const flush = promisify(fdatasync);
const ID_BYTES = 8;

/** LMDB's data file beside LMDB: its meta records, and its flush. */
export class DataFile {
  readonly #file: number;
  readonly #pageSize: number;
  readonly #bytes = Buffer.alloc(ID_BYTES);

  constructor(folder: string) {
    this.#file = openSync(join(folder, DATA_FILE), 'r+');
    this.#pageSize = pageSizeOf(this.#file);
  }

  /** How many pages it has. */
  get pages(): number {
    return fstatSync(this.#file).size / this.#pageSize;
  }

  /** The id of the newest transaction. */
  get newest(): number {
    return Math.max(this.#transactionAt(0), this.#transactionAt(1));
  }

  /** The meta record of a transaction; undefined if it is not there any more. */
  meta(transaction: number): Buffer | undefined {
    const meta = Buffer.alloc(META_BYTES);
    readSync(this.#file, meta, 0, META_BYTES, metaPlace(transaction, this.#pageSize));
    return transactionOfMeta(meta) === transaction ? meta : undefined;
  }

  /** Sets the state that a meta record is of in the place of all others, as if the transaction of this id had led to it. */
  setBack(meta: Buffer, transaction: number): void {
    for (const id of [transaction, transaction - 1]) {
      const bytes = withTransaction(meta, id);
      writeSync(this.#file, bytes, 0, bytes.length, metaPlace(id, this.#pageSize));
    }
  }

  async flush(): Promise<void> {
    await flush(this.#file);
  }

  flushSync(): void {
    fdatasyncSync(this.#file);
  }

  close(): void {
    closeSync(this.#file);
  }

  #transactionAt(metaPage: number): number {
    readSync(this.#file, this.#bytes, 0, ID_BYTES, metaPage * this.#pageSize + META_TRANSACTION_AT);
    return Number(this.#bytes.readBigUInt64LE());
  }
}

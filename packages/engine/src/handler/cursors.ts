import { Long } from '@argon/bson';
import { CommandError } from './errors';

/** Documents in bytes, produced as they are asked for. */
export type DocumentStream = AsyncIterator<readonly Uint8Array[]>;

/** The most that a batch may hold, bytes: a reply must fit into one message of 48 MB, and mongod stops at 16 MiB. */
const MAX_BATCH_BYTES = 16 * 1024 * 1024;
/**
 * The same where the client names no size. The driver keeps what it parsed of a batch until it is through with all of
 * it, several times the batch's bytes, and in one process with us a larger one saves no round trip.
 */
const DEFAULT_BATCH_BYTES = 256 * 1024;
/** How many documents the first batch holds unless the client says. */
export const FIRST_BATCH = 101;

/** A query's remaining results. Its state is immutable, so it stays what it was while others write. */
export class Cursor {
  #buffer: readonly Uint8Array[] = [];
  #at = 0;
  #ended = false;
  lastUsed = Date.now();
  busy = false;

  constructor(
    readonly id: Long,
    readonly namespace: string,
    readonly connectionId: number,
    readonly noTimeout: boolean,
    private readonly stream: DocumentStream,
  ) {}

  /** True when nothing is left, as far as is known without computing more. */
  get exhausted(): boolean {
    return this.#ended && this.#at >= this.#buffer.length;
  }

  /** Up to `limit` documents, fewer when the bytes would be too many. Infinity: as many as make a good batch. */
  async next(limit: number): Promise<Uint8Array[]> {
    const most = limit === Infinity ? DEFAULT_BATCH_BYTES : MAX_BATCH_BYTES;
    const batch: Uint8Array[] = [];
    let bytes = 0;
    while (batch.length < limit) {
      if (this.#at >= this.#buffer.length && !(await this.fill())) break;
      const document = this.#buffer[this.#at]!;
      if (batch.length > 0 && bytes + document.length > most) break;
      batch.push(document);
      bytes += document.length;
      this.#at++;
    }
    // Looks one ahead only where it costs nothing: a cursor whose source has ended with this batch is closed.
    return batch;
  }

  /** Computes until at least one more document is there. False at the end. */
  async fill(): Promise<boolean> {
    while (this.#at >= this.#buffer.length) {
      if (this.#ended) return false;
      const next = await this.stream.next();
      if (next.done === true) {
        this.#ended = true;
        return false;
      }
      this.#buffer = next.value;
      this.#at = 0;
    }
    return true;
  }

  async close(): Promise<void> {
    this.#ended = true;
    this.#buffer = [];
    this.#at = 0;
    await this.stream.return?.(undefined);
  }
}

/** The open cursors of an engine: bounded in number, closed when idle for too long or when their client leaves. */
export class Cursors {
  readonly #open = new Map<string, Cursor>();
  #lastId = BigInt(Date.now()) << 20n;

  constructor(private readonly options: { readonly maxOpen: number; readonly idleMs: number }) {}

  get size(): number {
    return this.#open.size;
  }

  open(stream: DocumentStream, namespace: string, connectionId: number, noTimeout: boolean): Cursor {
    this.expire();
    if (this.#open.size >= this.options.maxOpen) {
      throw new CommandError(
        'OperationFailed',
        `Too many open cursors (${this.options.maxOpen}); close some first`,
      );
    }
    this.#lastId += 1n + BigInt(Math.floor(Math.random() * 1000));
    const cursor = new Cursor(Long.fromBigInt(this.#lastId), namespace, connectionId, noTimeout, stream);
    this.#open.set(cursor.id.toString(), cursor);
    return cursor;
  }

  get(id: Long): Cursor {
    const cursor = this.#open.get(id.toString());
    if (cursor === undefined)
      throw new CommandError('CursorNotFound', `cursor id ${id.toString()} not found`);
    cursor.lastUsed = Date.now();
    return cursor;
  }

  /** False when there was no such cursor. */
  async kill(id: Long): Promise<boolean> {
    const cursor = this.#open.get(id.toString());
    if (cursor === undefined) return false;
    this.#open.delete(id.toString());
    await cursor.close();
    return true;
  }

  /** Cursors outlive their connection in MongoDB (a pool may go on with another one); only idleness ends them. */
  expire(now = Date.now()): void {
    for (const [id, cursor] of this.#open) {
      if (!cursor.noTimeout && !cursor.busy && now - cursor.lastUsed > this.options.idleMs) {
        this.#open.delete(id);
        void cursor.close();
      }
    }
  }

  async closeAll(): Promise<void> {
    const cursors = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(cursors.map((cursor) => cursor.close()));
  }
}

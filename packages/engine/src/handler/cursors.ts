import { Long, type Timestamp, type Value } from '@argon/bson';
import type { Session } from '../session/session';
import type { CommandContext } from './contract';
import { CommandError } from './errors';
import { isLive } from './live-stream';

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

/** The session that a cursor was opened in, the number of the transaction, and the one time that it reads at. */
export interface CursorOwner {
  readonly session: Session | undefined;
  readonly txnNumber: number | undefined;
  readonly atClusterTime: Timestamp | undefined;
}

/** A query's remaining results. Its state is immutable, so it stays what it was while others write. */
export class Cursor {
  #buffer: readonly Uint8Array[] = [];
  #at = 0;
  #ended = false;
  /** Made when something waits: most cursors end without, and aborting one takes longer than a small query. */
  #closing: AbortController | undefined;
  #isClosed = false;
  lastUsed = Date.now();
  busy = false;

  constructor(
    readonly id: Long,
    readonly namespace: string,
    readonly connectionId: number,
    readonly noTimeout: boolean,
    private readonly stream: DocumentStream,
    /** Whose it is: it ends with its session, and only that reads on. */
    readonly owner?: CursorOwner,
    /** Who opened it (see `accountOf`). */
    readonly account = '',
  ) {}

  /** True when nothing is left, as far as is known without computing more. */
  get exhausted(): boolean {
    return this.#ended && this.#at >= this.#buffer.length;
  }

  /** Whether there may be more later than there is now (see `LiveStream`), and getMore waits for it. */
  get awaitsData(): boolean {
    return isLive(this.stream) && this.stream.awaitsData;
  }

  get isChangeStream(): boolean {
    return isLive(this.stream) && this.stream.isChangeStream === true;
  }

  /** Fields that go with the batch that ends with this document. */
  batchFields(batch: readonly Uint8Array[]): ReadonlyMap<string, Value> | undefined {
    if (!isLive(this.stream)) return undefined;
    return this.stream.batchFields?.(this.#at < this.#buffer.length ? batch.at(-1) : undefined);
  }

  /**
   * As `next`, but waits up to so many ms if there is nothing yet.
   * @throws CommandError CursorKilled when the cursor is closed meanwhile, Interrupted when the signal aborts
   */
  async nextWithin(limit: number, ms: number, signal: AbortSignal | undefined): Promise<Uint8Array[]> {
    const { stream } = this;
    const until = performance.now() + ms;
    for (;;) {
      const batch = await this.next(limit);
      if (this.#isClosed)
        throw new CommandError(
          'CursorKilled',
          'Executor error during getMore :: caused by :: operation was interrupted',
        );
      if (signal?.aborted === true) throw new CommandError('Interrupted', 'operation was interrupted');
      const left = until - performance.now();
      if (batch.length > 0 || this.#ended || left <= 0 || !isLive(stream)) return batch;
      this.#closing ??= new AbortController();
      await withTimeout(left, [this.#closing.signal, signal], (over) => stream.arrival(over));
    }
  }

  /** Up to `limit` documents, fewer when the bytes would be too many. Infinity: as many as make a good batch. */
  async next(limit: number): Promise<Uint8Array[]> {
    const most = limit === Infinity ? DEFAULT_BATCH_BYTES : MAX_BATCH_BYTES;
    const { stream } = this;
    if (limit > 0 && isLive(stream) && !this.#ended) await stream.refresh?.();
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
      if (next.value.length === 0 && isLive(this.stream)) return false;
    }
    return true;
  }

  async close(): Promise<void> {
    this.#ended = true;
    this.#isClosed = true;
    this.#closing?.abort();
    this.#buffer = [];
    this.#at = 0;
    await this.stream.return?.(undefined);
  }
}

/** Waits for work that a signal ends: one of these, or that so many ms have passed. */
async function withTimeout(
  ms: number,
  signals: readonly (AbortSignal | undefined)[],
  work: (over: AbortSignal) => Promise<void>,
): Promise<void> {
  const over = new AbortController();
  const end = () => over.abort();
  const timer = setTimeout(end, ms);
  for (const signal of signals) {
    if (signal?.aborted === true) end();
    signal?.addEventListener('abort', end, { once: true });
  }
  try {
    await work(over.signal);
  } finally {
    clearTimeout(timer);
    for (const signal of signals) signal?.removeEventListener('abort', end);
  }
}

/** As whom a client reads: only it reads on. */
export function accountOf({ account, actor }: CommandContext): string {
  return account ?? actor.user;
}

/** The open cursors of an engine: bounded in number, closed when idle for too long or when their client leaves. */
export class Cursors {
  readonly #open = new Map<string, Cursor>();
  /** Closed for idleness since the engine began. */
  timedOut = 0;
  totalOpened = 0;
  #lastId = BigInt(Date.now()) << 20n;

  constructor(readonly options: { readonly maxOpen: number; idleMs: number }) {}

  get size(): number {
    return this.#open.size;
  }

  /** How many never time out, or are being read from just now. */
  countOf(what: 'noTimeout' | 'busy'): number {
    let count = 0;
    for (const cursor of this.#open.values()) if (cursor[what]) count += 1;
    return count;
  }

  open(
    stream: DocumentStream,
    namespace: string,
    connectionId: number,
    noTimeout: boolean,
    owner?: CursorOwner,
    account?: string,
  ): Cursor {
    this.expire();
    if (this.#open.size >= this.options.maxOpen) {
      throw new CommandError(
        'OperationFailed',
        `Too many open cursors (${this.options.maxOpen}); close some first`,
      );
    }
    this.#lastId += 1n + BigInt(Math.floor(Math.random() * 1000));
    const id = Long.fromBigInt(this.#lastId);
    const cursor = new Cursor(id, namespace, connectionId, noTimeout, stream, owner, account);
    this.#open.set(cursor.id.toString(), cursor);
    this.totalOpened += 1;
    return cursor;
  }

  get(id: Long): Cursor {
    const cursor = this.#open.get(id.toString());
    if (cursor === undefined)
      throw new CommandError('CursorNotFound', `cursor id ${id.toString()} not found`);
    cursor.lastUsed = Date.now();
    return cursor;
  }

  /** The one of this number, without using it; undefined if there is none. */
  find(id: Long): Cursor | undefined {
    return this.#open.get(id.toString());
  }

  /** False when there was no such cursor. */
  async kill(id: Long): Promise<boolean> {
    const cursor = this.#open.get(id.toString());
    if (cursor === undefined) return false;
    this.#open.delete(id.toString());
    await cursor.close();
    return true;
  }

  /** Ends the cursors of a session. */
  killOf(session: Session): void {
    for (const [id, cursor] of this.#open) {
      if (cursor.owner?.session !== session) continue;
      this.#open.delete(id);
      void cursor.close();
    }
  }

  /** Cursors outlive their connection in MongoDB (a pool may go on with another one); only idleness ends them. */
  expire(now = Date.now()): void {
    for (const [id, cursor] of this.#open) {
      if (!cursor.noTimeout && !cursor.busy && now - cursor.lastUsed > this.options.idleMs) {
        this.#open.delete(id);
        this.timedOut += 1;
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

import { Breaker } from './breaker';
import type { SharedCache, SharedEntry } from './shared-cache';
import { TimeIsUp, within } from './within';
import { WriteBehind } from './write-behind';

export interface SharedTierOptions {
  /** How long a read waits for the cache, ms. Default 50. */
  readonly timeoutMs?: number;
  /** After so many failures in a row the cache is left alone for a while. Default 3. */
  readonly failures?: number;
  /** For how long at first, ms; doubles with each try that fails. Default 1,000. */
  readonly pauseMs?: number;
  /** And at most, ms. Default 30,000. */
  readonly maxPauseMs?: number;
  /** Bytes that may wait to be written; what comes on top is not cached. Default 8 MiB. */
  readonly maxQueuedBytes?: number;
  /** A larger value is not cached. Default 1 MiB. */
  readonly maxValueBytes?: number;
  /** A clock that never runs backward, ms: by it the pauses end. Default `performance.now`. */
  readonly now?: () => number;
}

/** How the shared cache does. Counts are of values, since the tier was made. */
export interface SharedTierStats {
  readonly hits: number;
  readonly misses: number;
  /** Values that were not what was once put; they count as misses too. */
  readonly corrupt: number;
  /** Values that were not asked for because the cache is being left alone. */
  readonly skipped: number;
  /** Calls that failed. */
  readonly errors: number;
  /** Calls that were not answered in time. */
  readonly timeouts: number;
  readonly written: number;
  /** Values that were not written: the queue was full, or the cache failed. */
  readonly dropped: number;
  readonly queuedBytes: number;
  /** Whether reads ask the cache at present. */
  readonly available: boolean;
}

const WRITE_TIMEOUT_MS = 1000;

/** How long closing waits for what is still to be written, ms. */
const CLOSE_MS = 300;

/**
 * A shared cache made safe: nothing that it does or fails to do is felt, except in time. A read waits a bounded time; after
 * a few failures in a row nobody waits for it any more, and it is tried again in the background, so that it comes back
 * by itself. Writes wait in a bounded queue.
 */
export class SharedTier {
  readonly #cache: SharedCache;
  readonly #timeoutMs: number;
  readonly #maxValueBytes: number;
  readonly #reads: Breaker;
  readonly #writes: WriteBehind;
  #closed: Promise<void> | undefined;
  #hits = 0;
  #misses = 0;
  #corrupt = 0;
  #skipped = 0;
  #errors = 0;
  #timeouts = 0;

  constructor(cache: SharedCache, options: SharedTierOptions = {}) {
    this.#cache = cache;
    this.#timeoutMs = options.timeoutMs ?? 50;
    this.#maxValueBytes = options.maxValueBytes ?? 1 << 20;
    const breaker = {
      failures: options.failures ?? 3,
      pauseMs: options.pauseMs ?? 1000,
      maxPauseMs: options.maxPauseMs ?? 30_000,
      ...(options.now && { now: options.now }),
    };
    this.#reads = new Breaker(breaker);
    // One of its own: a cache that is full and takes nothing more can still be read.
    this.#writes = new WriteBehind(
      cache,
      new Breaker(breaker),
      { maxBytes: options.maxQueuedBytes ?? 8 << 20, timeoutMs: WRITE_TIMEOUT_MS },
      (error) => this.#count(error),
    );
  }

  /**
   * What the cache has under these keys, as `open` gives it back; undefined if the cache is not to be asked now. Never
   * rejects; what is absent, wrong or late is undefined.
   * @param open the content of a value, or undefined if it is not what belongs under the i-th key
   */
  read(
    keys: readonly string[],
    open: (value: Uint8Array, i: number) => Uint8Array | undefined,
  ): Promise<readonly (Uint8Array | undefined)[]> | undefined {
    if (keys.length === 0 || this.#closed) return undefined;
    const pass = this.#reads.pass();
    if (pass === 'go') return this.#ask(keys, open, pass);
    this.#skipped += keys.length;
    if (pass === 'trial') void this.#ask(keys, open, pass);
    return undefined;
  }

  /** Whether a read would ask the cache, or try whether it is back. */
  get isAsked(): boolean {
    return !this.#closed && this.#reads.isReady;
  }

  /** Puts values into the cache, sometime, if it can be. */
  write(entries: readonly SharedEntry[]): void {
    if (this.#closed) return;
    const fitting = entries.filter(({ value }) => value.length <= this.#maxValueBytes);
    this.#writes.dropped += entries.length - fitting.length;
    this.#writes.add(fitting);
  }

  stats(): SharedTierStats {
    return {
      hits: this.#hits,
      misses: this.#misses,
      corrupt: this.#corrupt,
      skipped: this.#skipped,
      errors: this.#errors,
      timeouts: this.#timeouts,
      written: this.#writes.written,
      dropped: this.#writes.dropped,
      queuedBytes: this.#writes.bytes,
      available: !this.#reads.isOpen,
    };
  }

  /** Waits until what was to be written is, or could not be. */
  idle(): Promise<void> {
    return this.#writes.idle();
  }

  /** Writes what is waiting if that does not take long, and closes the cache. Never rejects. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await within(CLOSE_MS, () => this.#writes.idle()).catch(() => undefined);
    await within(CLOSE_MS, () => this.#cache.close()).catch(() => undefined);
  }

  async #ask(
    keys: readonly string[],
    open: (value: Uint8Array, i: number) => Uint8Array | undefined,
    pass: 'go' | 'trial',
  ): Promise<readonly (Uint8Array | undefined)[]> {
    let values: readonly (Uint8Array | undefined)[] = [];
    try {
      values = await within(this.#timeoutMs, () => this.#cache.getMany(keys));
      this.#reads.succeeded(pass);
    } catch (error) {
      this.#reads.failed(pass);
      this.#count(error);
    }
    return keys.map((_, i) => this.#opened(values[i], i, open));
  }

  #opened(
    value: Uint8Array | undefined,
    i: number,
    open: (value: Uint8Array, i: number) => Uint8Array | undefined,
  ): Uint8Array | undefined {
    const content = value && open(value, i);
    if (content) this.#hits += 1;
    else this.#misses += 1;
    if (value && !content) this.#corrupt += 1;
    return content;
  }

  #count(error: unknown): void {
    if (error instanceof TimeIsUp) this.#timeouts += 1;
    else this.#errors += 1;
  }
}

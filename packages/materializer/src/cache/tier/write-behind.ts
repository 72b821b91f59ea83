import type { Breaker } from './breaker';
import type { SharedCache, SharedEntry } from './shared-cache';
import { within } from './within';

export interface WriteBehindOptions {
  /** Bytes that may wait; what comes on top is dropped. */
  readonly maxBytes: number;
  /** How long a write may take, ms. */
  readonly timeoutMs: number;
}

/** What one call of the cache carries at most. */
const BATCH_BYTES = 256 << 10;
const BATCH_COUNT = 250;
/** What an entry weighs besides its value. */
const OVERHEAD = 200;

/** Writes to the cache in the background, one batch at a time, and rather drops than waits. */
export class WriteBehind {
  readonly #cache: SharedCache;
  readonly #breaker: Breaker;
  readonly #options: WriteBehindOptions;
  readonly #onFailure: (error: unknown) => void;
  readonly #waiting = new Map<string, Uint8Array>();
  #draining: Promise<void> | undefined;
  bytes = 0;
  written = 0;
  dropped = 0;

  constructor(
    cache: SharedCache,
    breaker: Breaker,
    options: WriteBehindOptions,
    onFailure: (error: unknown) => void,
  ) {
    this.#cache = cache;
    this.#breaker = breaker;
    this.#options = options;
    this.#onFailure = onFailure;
  }

  add(entries: readonly SharedEntry[]): void {
    for (const { key, value } of entries) {
      if (this.#waiting.has(key)) continue;
      const weight = value.length + OVERHEAD;
      if (this.bytes + weight > this.#options.maxBytes) {
        this.dropped += 1;
        continue;
      }
      this.bytes += weight;
      this.#waiting.set(key, value);
    }
    if (this.#waiting.size > 0) this.#draining ??= this.#drain();
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#draining !== undefined) await this.#draining;
  }

  async #drain(): Promise<void> {
    // Not at once: what is added in this turn goes along.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.size > 0) await this.#write(this.#take());
    this.#draining = undefined;
  }

  #take(): SharedEntry[] {
    const batch: SharedEntry[] = [];
    let bytes = 0;
    for (const [key, value] of this.#waiting) {
      if (batch.length > 0 && (batch.length >= BATCH_COUNT || bytes + value.length > BATCH_BYTES)) break;
      batch.push({ key, value });
      bytes += value.length;
      this.#waiting.delete(key);
    }
    return batch;
  }

  async #write(batch: readonly SharedEntry[]): Promise<void> {
    const pass = this.#breaker.pass();
    let isWritten = false;
    if (pass !== 'stop') {
      try {
        await within(this.#options.timeoutMs, () => this.#cache.setMany(batch));
        isWritten = true;
        this.#breaker.succeeded(pass);
      } catch (error) {
        this.#breaker.failed(pass);
        this.#onFailure(error);
      }
    }
    if (isWritten) this.written += batch.length;
    else this.dropped += batch.length;
    for (const { value } of batch) this.bytes -= value.length + OVERHEAD;
  }
}

import { CommandError } from '../handler/errors';

/** mongod's `internalQueryMaxBlockingSortMemoryUsageBytes`. */
const MAX_SORT_BYTES = 100 * 1024 * 1024;

export interface SortBufferOptions {
  /** Only so many items are wanted: no more than that are kept. */
  readonly limit?: number | undefined;
  /** Sorting more than `maxBytes` is allowed. (It stays in memory: Argon's documents are there already.) */
  readonly allowDiskUse?: boolean;
  readonly maxBytes?: number;
}

interface Entry<T> {
  readonly key: string;
  /** Order of arrival: items with equal keys keep it. */
  readonly order: number;
  readonly item: T;
  readonly bytes: number;
}

/** Collects items with their sort keys, and gives them back in order. */
export class SortBuffer<T> {
  /** With a limit, a heap whose first entry is the one that would go first. */
  #entries: Entry<T>[] = [];
  #bytes = 0;
  #arrived = 0;
  readonly #limit: number;
  readonly #maxBytes: number;

  constructor(options: SortBufferOptions = {}) {
    this.#limit = options.limit || Infinity;
    this.#maxBytes = options.allowDiskUse ? Infinity : (options.maxBytes ?? MAX_SORT_BYTES);
  }

  /**
   * @param bytes - What the item takes in memory.
   * @throws CommandError QueryExceededMemoryLimitNoDiskUseAllowed.
   */
  add(key: string, item: T, bytes: number): void {
    const entry = { key, order: this.#arrived++, item, bytes };
    if (this.#entries.length === this.#limit) {
      const last = this.#entries[0]!;
      if (key >= last.key) return;
      this.#bytes -= last.bytes;
      this.#entries[0] = entry;
      this.#sink();
    } else {
      this.#entries.push(entry);
      if (this.#limit !== Infinity) this.#rise();
    }
    this.#bytes += bytes;
    if (this.#bytes > this.#maxBytes) {
      throw new CommandError(
        'QueryExceededMemoryLimitNoDiskUseAllowed',
        `Sort exceeded memory limit of ${this.#maxBytes} bytes, but did not opt in to external sorting.`,
      );
    }
  }

  /** All items in order; the buffer is empty afterwards. */
  sorted(): T[] {
    const entries = this.#entries.sort(compareEntries);
    this.#entries = [];
    this.#bytes = 0;
    return entries.map(({ item }) => item);
  }

  #rise(): void {
    const entries = this.#entries;
    let at = entries.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (compareEntries(entries[parent]!, entries[at]!) >= 0) return;
      [entries[parent], entries[at]] = [entries[at]!, entries[parent]!];
      at = parent;
    }
  }

  #sink(): void {
    const entries = this.#entries;
    let at = 0;
    for (;;) {
      let largest = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < entries.length && compareEntries(entries[child]!, entries[largest]!) > 0) largest = child;
      }
      if (largest === at) return;
      [entries[largest], entries[at]] = [entries[at]!, entries[largest]!];
      at = largest;
    }
  }
}

function compareEntries(a: Entry<unknown>, b: Entry<unknown>): number {
  if (a.key !== b.key) return a.key < b.key ? -1 : 1;
  return a.order - b.order;
}

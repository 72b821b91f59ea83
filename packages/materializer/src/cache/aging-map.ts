interface Slot<V> {
  value: V;
  /** Order of last use. */
  used: number;
  /** The sweep before which it was last used. */
  sweep: number;
}

/** How many sweeps in a row a value must go unused to be let go. */
export const IDLE_SWEEPS = 4;

/**
 * A map that stays small: values unused for some sweeps go, and when there are too many, those unused longest go.
 * Reading is one look-up and two stores, with no clock and no list to reorder, because it is on the path of every command.
 */
export class AgingMap<K, V> {
  readonly #slots = new Map<K, Slot<V>>();
  readonly #max: number;
  readonly #onGone: (key: K, value: V) => void;
  #uses = 0;
  #sweeps = 0;

  constructor(max: number, onGone: (key: K, value: V) => void = () => undefined) {
    this.#max = max;
    this.#onGone = onGone;
  }

  get size(): number {
    return this.#slots.size;
  }

  get(key: K): V | undefined {
    const slot = this.#slots.get(key);
    if (!slot) return undefined;
    slot.used = ++this.#uses;
    slot.sweep = this.#sweeps;
    return slot.value;
  }

  /** As `get`, without counting as a use. */
  peek(key: K): V | undefined {
    return this.#slots.get(key)?.value;
  }

  set(key: K, value: V): void {
    this.#slots.set(key, { value, used: ++this.#uses, sweep: this.#sweeps });
    if (this.#slots.size > this.#max) this.#shrink();
  }

  delete(key: K): void {
    const slot = this.#slots.get(key);
    if (!slot) return;
    this.#slots.delete(key);
    this.#onGone(key, slot.value);
  }

  clear(): void {
    for (const key of [...this.#slots.keys()]) this.delete(key);
  }

  values(): V[] {
    return [...this.#slots.values()].map(({ value }) => value);
  }

  /** Lets go of what has not been used for `IDLE_SWEEPS` sweeps. */
  sweep(): void {
    this.#sweeps += 1;
    for (const [key, { sweep }] of [...this.#slots]) {
      if (this.#sweeps - sweep >= IDLE_SWEEPS) this.delete(key);
    }
  }

  /** A tenth at a time, so that finding the oldest is seldom. */
  #shrink(): void {
    const oldestFirst = [...this.#slots].sort(([, a], [, b]) => a.used - b.used);
    const surplus = this.#slots.size - this.#max + Math.floor(this.#max / 10);
    for (const [key] of oldestFirst.slice(0, surplus)) this.delete(key);
  }
}

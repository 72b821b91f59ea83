import type { KeyList } from './key';
import { unitsOf } from './key-units';

const OVERHEAD = 320;

/**
 * String keys as bytes, one after another: a tenth of the objects that strings would be, and searching them needs
 * none. Strings are made only for those that a reader is given. Beside each key's place lie the four bytes of it that
 * follow what all keys begin with: most of a search compares only these, in few lines of memory.
 */
export class StringKeys implements KeyList<string> {
  readonly kind = 'string';
  readonly length: number;
  /** Bytes that all keys begin with. */
  readonly #prefix: number;

  /**
   * @param arena the keys' bytes
   * @param slots for each key where it begins, and room for four bytes of it; after the last where it ends
   */
  constructor(
    readonly arena: Buffer,
    readonly slots: Uint32Array,
  ) {
    this.length = (slots.length - 1) / 2;
    this.#prefix = this.#sharedByAll();
    this.#fillHeads();
  }

  get bytes(): number {
    return OVERHEAD + this.arena.length + this.slots.byteLength;
  }

  at(index: number): string {
    return this.arena.toString('latin1', this.slots[2 * index], this.slots[2 * index + 2]);
  }

  equals(index: number, key: string): boolean {
    const { arena, slots } = this;
    const start = slots[2 * index]!;
    const { length } = key;
    if (slots[2 * index + 2]! - start !== length) return false;
    const units = unitsOf(key);
    for (let i = 0; i < length; i++) if (arena[start + i] !== units[i]) return false;
    return true;
  }

  find(key: string): number {
    // A key that does not begin as all do is led somewhere, and found unequal there.
    const index = this.#search(unitsOf(key), key.length, 0);
    return index < this.length && this.equals(index, key) ? index : -1;
  }

  lowerBound(key: string, from = 0): number {
    const { arena } = this;
    const prefix = this.#prefix;
    const { length: size } = key;
    const units = unitsOf(key);
    const most = size < prefix ? size : prefix;
    for (let i = 0; i < most; i++) {
      const difference = arena[i]! - units[i]!;
      if (difference !== 0) return difference < 0 ? this.length : from;
    }
    return size < prefix ? from : this.#search(units, size, from);
  }

  /** The first index whose key is not below one that begins as all do. */
  #search(units: Uint16Array, size: number, from: number): number {
    const { arena, slots } = this;
    const prefix = this.#prefix;
    const head = headOf(units, prefix, size);
    let low = from;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = slots[2 * middle + 1]!;
      if (other < head) {
        low = middle + 1;
      } else if (other > head) {
        high = middle;
      } else {
        const start = slots[2 * middle]!;
        const order = compareUnits(arena, start, slots[2 * middle + 2]! - start, units, size, prefix);
        if (order < 0) low = middle + 1;
        else high = middle;
      }
    }
    return low;
  }

  #sharedByAll(): number {
    const { arena, slots, length } = this;
    const lastStart = slots[2 * length - 2]!;
    const most = Math.min(slots[2]!, slots[2 * length]! - lastStart);
    let shared = 0;
    while (shared < most && arena[shared] === arena[lastStart + shared]) shared += 1;
    return shared;
  }

  #fillHeads(): void {
    const { arena, slots, length } = this;
    const prefix = this.#prefix;
    for (let i = 0; i < length; i++) {
      const start = slots[2 * i]! + prefix;
      const end = slots[2 * i + 2]!;
      let head = 0;
      for (let at = start; at < start + 4; at++) head = (head << 8) | (at < end ? arena[at]! : 0);
      slots[2 * i + 1] = head;
    }
  }

  compare(index: number, other: StringKeys, otherIndex: number): number {
    const a = this.arena;
    const b = other.arena;
    const aStart = this.slots[2 * index]!;
    const bStart = other.slots[2 * otherIndex]!;
    const aSize = this.slots[2 * index + 2]! - aStart;
    const bSize = other.slots[2 * otherIndex + 2]! - bStart;
    const shared = Math.min(aSize, bSize);
    for (let i = 0; i < shared; i++) {
      const difference = a[aStart + i]! - b[bStart + i]!;
      if (difference !== 0) return difference;
    }
    return aSize - bSize;
  }

  slice(from: number, to: number): readonly string[] {
    const { slots } = this;
    const text = this.#text(from, to);
    const keys: string[] = new Array<string>(to - from);
    const base = slots[2 * from]!;
    for (let i = from; i < to; i++) {
      keys[i - from] = text.substring(slots[2 * i]! - base, slots[2 * i + 2]! - base);
    }
    return keys;
  }

  reversed(from: number, to: number): readonly string[] {
    return (this.slice(from, to) as string[]).reverse();
  }

  /** Several keys as one string: parts of it cost a seventh of what making each from bytes does. */
  #text(from: number, to: number): string {
    return this.arena.toString('latin1', this.slots[2 * from], this.slots[2 * to]);
  }
}

/** Compares a key of a node with one that is searched for; both begin with the prefix. */
function compareUnits(
  arena: Buffer,
  start: number,
  ownSize: number,
  units: Uint16Array,
  size: number,
  prefix: number,
): number {
  const shared = ownSize < size ? ownSize : size;
  for (let i = prefix; i < shared; i++) {
    const difference = arena[start + i]! - units[i]!;
    if (difference !== 0) return difference;
  }
  return ownSize - size;
}

function headOf(units: Uint16Array, prefix: number, size: number): number {
  let head = 0;
  for (let at = prefix; at < prefix + 4; at++) {
    // No key has a unit above 255, but what is searched for may: it lies past all that have 255 there.
    head = (head << 8) | (at < size ? (units[at]! < 255 ? units[at]! : 255) : 0);
  }
  return head >>> 0;
}

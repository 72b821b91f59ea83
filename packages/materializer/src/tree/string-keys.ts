import type { KeyList } from './key';
import { unitsOf } from './key-units';

const OVERHEAD = 320;

/**
 * String keys as bytes, one after another: a tenth of the objects that strings would be, and searching them needs
 * none. Strings are made only for those that a reader is given.
 */
export class StringKeys implements KeyList<string> {
  readonly kind = 'string';
  readonly length: number;
  #heads: Uint32Array | undefined;
  /** Bytes that all keys begin with; known once there are heads. */
  #prefix = 0;

  /**
   * @param arena the keys' bytes
   * @param ends where each key ends in it, after a 0: one more than there are keys
   */
  constructor(
    readonly arena: Buffer,
    readonly ends: Uint32Array,
  ) {
    this.length = ends.length - 1;
  }

  get bytes(): number {
    return OVERHEAD + this.arena.length + 2 * this.ends.byteLength;
  }

  at(index: number): string {
    return this.arena.toString('latin1', this.ends[index], this.ends[index + 1]);
  }

  equals(index: number, key: string): boolean {
    const { arena } = this;
    const start = this.ends[index]!;
    const { length } = key;
    if (this.ends[index + 1]! - start !== length) return false;
    const units = unitsOf(key);
    for (let i = 0; i < length; i++) if (arena[start + i] !== units[i]) return false;
    return true;
  }

  lowerBound(key: string, from = 0): number {
    const heads = (this.#heads ??= this.#madeHeads());
    const prefix = this.#prefix;
    const { length: size } = key;
    const units = unitsOf(key);
    const { arena, ends } = this;

    // What all keys begin with is compared once.
    const most = size < prefix ? size : prefix;
    for (let i = 0; i < most; i++) {
      const difference = arena[i]! - units[i]!;
      if (difference !== 0) return difference < 0 ? this.length : from;
    }
    if (size < prefix) return from;

    const head = headOf(units, prefix, size);
    let low = from;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = heads[middle]!;
      if (other < head) {
        low = middle + 1;
      } else if (other > head) {
        high = middle;
      } else {
        const start = ends[middle]!;
        const order = compareUnits(arena, start, ends[middle + 1]! - start, units, size, prefix);
        if (order < 0) low = middle + 1;
        else high = middle;
      }
    }
    return low;
  }

  /** The four bytes of each key that follow what all keys begin with: most of a search compares only these. */
  #madeHeads(): Uint32Array {
    const { arena, ends, length } = this;
    const lastStart = ends[length - 1]!;
    const most = Math.min(ends[1]!, ends[length]! - lastStart);
    let prefix = 0;
    while (prefix < most && arena[prefix] === arena[lastStart + prefix]) prefix += 1;
    this.#prefix = prefix;
    const heads = new Uint32Array(length);
    for (let i = 0; i < length; i++) {
      const end = ends[i + 1]!;
      let head = 0;
      for (let at = ends[i]! + prefix, n = 0; n < 4; n++, at++)
        head = (head << 8) | (at < end ? arena[at]! : 0);
      heads[i] = head;
    }
    return heads;
  }

  compare(index: number, other: StringKeys, otherIndex: number): number {
    const a = this.arena;
    const b = other.arena;
    const aStart = this.ends[index]!;
    const bStart = other.ends[otherIndex]!;
    const aSize = this.ends[index + 1]! - aStart;
    const bSize = other.ends[otherIndex + 1]! - bStart;
    const shared = Math.min(aSize, bSize);
    for (let i = 0; i < shared; i++) {
      const difference = a[aStart + i]! - b[bStart + i]!;
      if (difference !== 0) return difference;
    }
    return aSize - bSize;
  }

  slice(from: number, to: number): readonly string[] {
    const { ends } = this;
    const text = this.#text(from, to);
    const keys: string[] = new Array<string>(to - from);
    const base = ends[from]!;
    for (let i = from; i < to; i++) keys[i - from] = text.substring(ends[i]! - base, ends[i + 1]! - base);
    return keys;
  }

  reversed(from: number, to: number): readonly string[] {
    const { ends } = this;
    const text = this.#text(from, to);
    const keys: string[] = new Array<string>(to - from);
    const base = ends[from]!;
    for (let i = from; i < to; i++) keys[to - 1 - i] = text.substring(ends[i]! - base, ends[i + 1]! - base);
    return keys;
  }

  /** Several keys as one string: parts of it cost a seventh of what making each from bytes does. */
  #text(from: number, to: number): string {
    return this.arena.toString('latin1', this.ends[from], this.ends[to]);
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

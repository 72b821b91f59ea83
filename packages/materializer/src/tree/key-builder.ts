import { mixed } from './boundary';
import type { ByteWriter } from './byte-writer';
import { TreeInputError } from './errors';
import type { Key, KeyKind, KeyList } from './key';
import { writeNumberKeys, writeStringKeys } from './key-codec';
import type { NumberKeys } from './number-keys';
import type { StringKeys } from './string-keys';

/** The keys of a chunk that is being made. */
export interface KeyBuilder<K extends Key> {
  readonly kind: KeyKind;
  length: number;
  /** Nominal bytes of a key. */
  sizeOf(key: K): number;
  sizeAt(keys: KeyList<K>, index: number): number;
  /**
   * @param key above those before it
   * @throws TreeInputError for a key that a tree cannot hold
   */
  push(key: K): void;
  copy(keys: KeyList<K>, index: number): void;
  /** A hash of the last key, 32 bits; the boundary mixes it. */
  hash(): number;
  last(): K;
  write(writer: ByteWriter): void;
  /** The number keys, on which values are based. */
  readonly bases: Float64Array | undefined;
  clear(): void;
}

export function keyBuilder<K extends Key>(kind: KeyKind): KeyBuilder<K> {
  return (kind === 'number' ? new NumberKeyBuilder() : new StringKeyBuilder()) as unknown as KeyBuilder<K>;
}

const NUMBER_SIZE = 16;
const STRING_OVERHEAD = 8;

class NumberKeyBuilder implements KeyBuilder<number> {
  readonly kind = 'number';
  bases = new Float64Array(1024);
  length = 0;

  sizeOf(): number {
    return NUMBER_SIZE;
  }

  sizeAt(): number {
    return NUMBER_SIZE;
  }

  push(key: number): void {
    this.#add(key);
  }

  copy(keys: NumberKeys, index: number): void {
    this.#add(keys.data[index]!);
  }

  #add(key: number): void {
    if (this.length === this.bases.length) {
      const larger = new Float64Array(2 * this.length);
      larger.set(this.bases);
      this.bases = larger;
    }
    this.bases[this.length++] = key;
  }

  hash(): number {
    const key = this.bases[this.length - 1]!;
    // Both halves: `>>>` takes the lower 32 bits.
    return (key >>> 0) ^ mixed((key / 0x1_0000_0000) >>> 0);
  }

  last(): number {
    return this.bases[this.length - 1]!;
  }

  write(writer: ByteWriter): void {
    writeNumberKeys(writer, this.bases, this.length);
  }

  clear(): void {
    this.length = 0;
  }
}

class StringKeyBuilder implements KeyBuilder<string> {
  readonly kind = 'string';
  readonly bases = undefined;
  length = 0;
  #arena = Buffer.allocUnsafeSlow(16 * 1024);
  #ends = new Uint32Array(1024);

  sizeOf(key: string): number {
    return key.length + STRING_OVERHEAD;
  }

  sizeAt({ slots }: StringKeys, index: number): number {
    return slots[2 * index + 2]! - slots[2 * index]! + STRING_OVERHEAD;
  }

  push(key: string): void {
    const { length } = key;
    const start = this.#reserve(length);
    const arena = this.#arena;
    let units = 0;
    for (let i = 0; i < length; i++) {
      const unit = key.charCodeAt(i);
      units |= unit;
      arena[start + i] = unit;
    }
    if (units > 255) throw new TreeInputError('a key has code units above 255');
    this.#ends[++this.length] = start + length;
  }

  copy({ arena: source, slots }: StringKeys, index: number): void {
    const from = slots[2 * index]!;
    const to = slots[2 * index + 2]!;
    const start = this.#reserve(to - from);
    const arena = this.#arena;
    if (to - from > 48) arena.set(source.subarray(from, to), start);
    else for (let i = from; i < to; i++) arena[start + i - from] = source[i]!;
    this.#ends[++this.length] = start + to - from;
  }

  /** Room for one more key of so many bytes; returns where it goes. */
  #reserve(bytes: number): number {
    if (this.length + 1 === this.#ends.length) {
      const larger = new Uint32Array(2 * this.#ends.length);
      larger.set(this.#ends);
      this.#ends = larger;
    }
    const start = this.#ends[this.length]!;
    if (start + bytes > this.#arena.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#arena.length, start + bytes));
      larger.set(this.#arena.subarray(0, start));
      this.#arena = larger;
    }
    return start;
  }

  hash(): number {
    const arena = this.#arena;
    const end = this.#ends[this.length]!;
    let hash = 0x811c_9dc5;
    for (let i = this.#ends[this.length - 1]!; i < end; i++) hash = Math.imul(hash ^ arena[i]!, 0x0100_0193);
    return hash;
  }

  last(): string {
    return this.#arena.toString('latin1', this.#ends[this.length - 1], this.#ends[this.length]);
  }

  write(writer: ByteWriter): void {
    writeStringKeys(writer, this.#arena, this.#ends, this.length);
  }

  clear(): void {
    this.length = 0;
  }
}

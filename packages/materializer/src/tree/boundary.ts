/** Nominal bytes of a chunk. Nominal: 16 for a number key, length + 8 for a string, 24 more for a child. */
const MIN_CHUNK = 512;
export const MAX_CHUNK = 16_384;

/** Nominal bytes of a reference to a child, besides its key. */
export const CHILD_SIZE = 24;

/** With this scale a Weibull distribution of shape 4 has its mean at 4,096 bytes. */
const SCALE_4 = 4519 * 4519 * 4519 * 4519;

/**
 * Where chunks of one level end. It depends on the keys since the chunk began and on nothing else, so the same
 * content gives the same chunks whatever was edited before. The likelihood of an end rises with the fourth power of
 * the chunk's size (as Dolt's key splitter does it), which keeps sizes closer to the target than a constant one.
 * Only products and comparisons: every machine decides alike.
 */
export class Boundary {
  #size = 0;
  #items = 0;
  readonly #salt: number;

  constructor(readonly level: number) {
    this.#salt = Math.imul(level + 1, 0x9e37_79b9);
  }

  /** A key that is larger than a chunk may be begins a chunk. Not in internal nodes, which need two children to converge. */
  endsBefore(size: number): boolean {
    return size > MAX_CHUNK && this.level === 0 && this.#items > 0;
  }

  /** Takes the next key's size, and says whether the chunk can end here at all; then its hash decides. */
  mayEnd(size: number): boolean {
    this.#size += size;
    this.#items += 1;
    return this.#size >= MIN_CHUNK && (this.level === 0 || this.#items > 1);
  }

  /** @param hash of the key that `mayEnd` was asked about, 32 bits */
  ends(size: number, hash: number): boolean {
    if (this.#size >= MAX_CHUNK) return true;
    const end = this.#size * this.#size;
    const start = (this.#size - size) * (this.#size - size);
    return mixed(hash ^ this.#salt) * SCALE_4 < (end * end - start * start) * 0x1_0000_0000;
  }

  reset(): void {
    this.#size = 0;
    this.#items = 0;
  }
}

/** Spreads 32 bits evenly (the finalizer of MurmurHash3). */
export function mixed(hash: number): number {
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85eb_ca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

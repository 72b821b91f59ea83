import type { KeyList, List } from './key';

const OVERHEAD = 160;

/** Number keys, eight bytes each. */
export class NumberKeys implements KeyList<number> {
  readonly kind = 'number';
  readonly length: number;

  constructor(readonly data: Float64Array) {
    this.length = data.length;
  }

  get bytes(): number {
    return OVERHEAD + this.data.byteLength;
  }

  at(index: number): number {
    return this.data[index]!;
  }

  equals(index: number, key: number): boolean {
    return this.data[index] === key;
  }

  find(key: number): number {
    const index = this.lowerBound(key);
    return this.data[index] === key ? index : -1;
  }

  lowerBound(key: number, from = 0): number {
    const { data } = this;
    let low = from;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (data[middle]! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  compare(index: number, other: NumberKeys, otherIndex: number): number {
    return this.data[index]! - other.data[otherIndex]!;
  }

  slice(from: number, to: number): List<number> {
    return from === 0 && to === this.length ? this.data : this.data.subarray(from, to);
  }

  reversed(from: number, to: number): List<number> {
    return this.data.slice(from, to).reverse();
  }
}

const TWO_31 = 2 ** 31;

/** Bytes of a chunk as they are written. Reused for one chunk after another. */
export class ByteWriter {
  #buffer = Buffer.allocUnsafeSlow(32 * 1024);
  length = 0;

  /** Room for so many more bytes. */
  #reserve(bytes: number): void {
    if (this.length + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#buffer.length, this.length + bytes));
    larger.set(this.#buffer.subarray(0, this.length));
    this.#buffer = larger;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#buffer[this.length++] = value;
  }

  /** An integer 0 … 2^53-1, seven bits to a byte, lowest first. */
  varint(value: number): void {
    this.#reserve(8);
    this.#rest(value);
  }

  #rest(value: number): void {
    const buffer = this.#buffer;
    while (value >= TWO_31) {
      buffer[this.length++] = (value % 128) | 0x80;
      value = Math.floor(value / 128);
    }
    while (value >= 0x80) {
      buffer[this.length++] = (value & 0x7f) | 0x80;
      value >>>= 7;
    }
    buffer[this.length++] = value;
  }

  /** An integer of magnitude below 2^53: the first byte has the sign and six bits, the others seven each. */
  signed(value: number): void {
    this.#reserve(9);
    const sign = value < 0 ? 0x40 : 0;
    const magnitude = Math.abs(value);
    if (magnitude < 0x40) {
      this.#buffer[this.length++] = magnitude | sign;
    } else {
      this.#buffer[this.length++] = (magnitude % 64) | sign | 0x80;
      this.#rest(Math.floor(magnitude / 64));
    }
  }

  bytes(source: Uint8Array, from: number, to: number): void {
    this.#reserve(to - from);
    const buffer = this.#buffer;
    let { length } = this;
    if (to - from > 32) buffer.set(source.subarray(from, to), length);
    else for (let i = from; i < to; i++) buffer[length++] = source[i]!;
    this.length += to - from;
  }

  hex(digits: string): void {
    this.#reserve(digits.length >>> 1);
    this.length += this.#buffer.write(digits, this.length, 'hex');
  }

  /** What was written, in memory of its own; the writer starts anew. */
  take(): Uint8Array {
    const taken = new Uint8Array(this.length);
    taken.set(this.#buffer.subarray(0, this.length));
    this.length = 0;
    return taken;
  }
}

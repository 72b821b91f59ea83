/*
 * Unsigned integers up to 2^53−1, seven bits a byte, low bits first, the high bit set on all bytes but the last. Four
 * bytes at a time are done in 32-bit arithmetic, the rest in doubles.
 */
const TWO_28 = 2 ** 28;

/** How many bytes a number takes. */
export function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length += 1;
  return length;
}

/** Writes a number and returns where the next byte goes. */
export function writeVarint(target: Uint8Array, value: number, at: number): number {
  let next = at;
  let rest = value;
  while (rest >= TWO_28) {
    const low = rest % TWO_28;
    target[next++] = (low & 0x7f) | 0x80;
    target[next++] = ((low >>> 7) & 0x7f) | 0x80;
    target[next++] = ((low >>> 14) & 0x7f) | 0x80;
    target[next++] = (low >>> 21) | 0x80;
    rest = Math.floor(rest / TWO_28);
  }
  while (rest >= 0x80) {
    target[next++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  target[next++] = rest;
  return next;
}

/** Reads numbers and texts one after the other. Throws a RangeError at the end of the bytes. */
export class VarintReader {
  constructor(
    readonly bytes: Buffer,
    public at: number,
    readonly end: number = bytes.length,
  ) {}

  number(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      if (this.at >= this.end) throw new RangeError('it is cut short');
      const byte = this.bytes[this.at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
  }

  /** A length and so many bytes of UTF-8. */
  text(): string {
    const start = this.#skip();
    return this.bytes.toString('utf8', start, this.at);
  }

  /** A length and so many bytes, copied. */
  blob(): Uint8Array {
    const start = this.#skip();
    return Uint8Array.from(this.bytes.subarray(start, this.at));
  }

  /** Passes over a length and so many bytes. @returns where they start */
  #skip(): number {
    const length = this.number();
    const start = this.at;
    if (start + length > this.end) throw new RangeError('it is cut short');
    this.at = start + length;
    return start;
  }
}

/** A length and UTF-8. */
export function encodeText(text: string): Buffer {
  const length = Buffer.byteLength(text, 'utf8');
  const bytes = Buffer.allocUnsafe(varintLength(length) + length);
  bytes.write(text, writeVarint(bytes, length, 0), 'utf8');
  return bytes;
}

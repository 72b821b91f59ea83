import type { Double } from 'bson';
import { nanBits } from './nan';

const doubleIn = new Float64Array(1);
const doubleBytes = new Uint8Array(doubleIn.buffer);

/** A buffer that grows as BSON is appended to it. */
export class Writer {
  bytes: Buffer;
  position = 0;

  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafeSlow(capacity);
  }

  /** Makes room for so many more bytes. */
  reserve(count: number): void {
    const needed = this.position + count;
    if (needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(larger, 0, 0, this.position);
    this.bytes = larger;
  }

  /** Type byte and field name. */
  header(type: number, name: string): void {
    this.reserve(name.length * 3 + 32);
    this.bytes[this.position++] = type;
    this.#text(name);
    this.bytes[this.position++] = 0;
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.position++] = value;
  }

  int32(value: number): void {
    this.reserve(4);
    this.position = writeInt32(this.bytes, value, this.position);
  }

  int32At(value: number, position: number): void {
    writeInt32(this.bytes, value, position);
  }

  double(value: number | Double): void {
    const number = typeof value === 'number' ? value : value.value;
    // Not left to the processor: JavaScript does not say which of the many NaNs it writes.
    if (Number.isNaN(number)) return this.raw(nanBits(value));
    this.reserve(8);
    doubleIn[0] = number;
    for (let index = 0; index < 8; index++) this.bytes[this.position + index] = doubleBytes[index]!;
    this.position += 8;
  }

  int64(value: bigint): void {
    this.reserve(8);
    this.position = this.bytes.writeBigInt64LE(BigInt.asIntN(64, value), this.position);
  }

  /** Length, UTF-8, zero byte. */
  string(text: string): void {
    this.reserve(text.length * 3 + 5);
    const start = this.position;
    this.position += 4;
    this.#text(text);
    this.bytes[this.position++] = 0;
    writeInt32(this.bytes, this.position - start - 4, start);
  }

  /** UTF-8 and a zero byte. */
  cstring(text: string): void {
    this.reserve(text.length * 3 + 1);
    this.#text(text);
    this.bytes[this.position++] = 0;
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.position);
    this.position += bytes.length;
  }

  #text(text: string): void {
    const length = text.length;
    if (length > 24) {
      this.position += this.bytes.write(text, this.position, 'utf8');
      return;
    }
    const bytes = this.bytes;
    let position = this.position;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code > 127) {
        this.position += bytes.write(text, this.position, 'utf8');
        return;
      }
      bytes[position++] = code;
    }
    this.position = position;
  }
}

function writeInt32(bytes: Buffer, value: number, position: number): number {
  bytes[position] = value;
  bytes[position + 1] = value >>> 8;
  bytes[position + 2] = value >>> 16;
  bytes[position + 3] = value >>> 24;
  return position + 4;
}

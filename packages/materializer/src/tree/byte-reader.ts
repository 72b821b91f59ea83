import { asBuffer } from '@argon/bson';
import type { ChunkHash } from '@argon/wal';
import { ChunkDamagedError } from './errors';

/** The bytes of a chunk as they are read. Whatever is wrong with them is a ChunkDamagedError. */
export class ByteReader {
  readonly bytes: Buffer;
  position = 0;

  constructor(
    bytes: Uint8Array,
    readonly hash: ChunkHash,
  ) {
    this.bytes = asBuffer(bytes);
  }

  fail(what: string): never {
    throw new ChunkDamagedError(this.hash, `${what} at byte ${this.position}`);
  }

  get left(): number {
    return this.bytes.length - this.position;
  }

  byte(): number {
    const byte = this.bytes[this.position];
    if (byte === undefined) this.fail('it ends too early');
    this.position += 1;
    return byte;
  }

  varint(): number {
    const byte = this.byte();
    return byte < 0x80 ? byte : this.#rest(byte & 0x7f, 128);
  }

  signed(): number {
    const byte = this.byte();
    const magnitude = byte < 0x80 ? byte & 0x3f : this.#rest(byte & 0x3f, 64);
    return (byte & 0x40) === 0 ? magnitude : -magnitude;
  }

  #rest(value: number, scale: number): number {
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (value > Number.MAX_SAFE_INTEGER || scale > 2 ** 49) this.fail('it has a number above 2^53 - 1');
      if (byte < 0x80) return value;
      scale *= 128;
    }
  }

  /** So many bytes, in place. */
  take(length: number): Buffer {
    if (length > this.left) this.fail('it ends too early');
    const taken = this.bytes.subarray(this.position, this.position + length);
    this.position += length;
    return taken;
  }
}

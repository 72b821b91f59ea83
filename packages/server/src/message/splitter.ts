import { ProtocolError } from './errors';
import { HEADER_BYTES } from './header';

const LENGTH_BYTES = 4;

/**
 * Splits a stream of bytes into messages by the length that each begins with. Holds the parts of one message at most, and
 * whatever came after it in the same chunks.
 */
export class MessageSplitter {
  #chunks: Buffer[] = [];
  #buffered = 0;
  /** Of the message that comes next; 0 while its first four bytes are not there. */
  #length = 0;

  /** @param maxBytes what a message may be at most; asked for each, as it changes when a client logs in */
  constructor(private readonly maxBytes: () => number) {}

  /** Bytes that wait to become messages. */
  get buffered(): number {
    return this.#buffered;
  }

  /** Bytes of the message that is coming in, header included; 0 if that is not known yet. */
  get expected(): number {
    return this.#length;
  }

  /** @throws ProtocolError for a length that no message has */
  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    if (this.#length === 0) this.#readLength();
  }

  /** The next whole message, if it is there. @throws ProtocolError as `push` */
  next(): Buffer | undefined {
    if (this.#length === 0 || this.#buffered < this.#length) return undefined;
    const length = this.#length;
    const all = this.#joined();
    this.#length = 0;
    this.#buffered = all.length - length;
    this.#chunks = this.#buffered === 0 ? [] : [all.subarray(length)];
    this.#readLength();
    return all.length === length ? all : all.subarray(0, length);
  }

  #readLength(): void {
    if (this.#buffered < LENGTH_BYTES) return;
    const first = this.#chunks[0]!.length < LENGTH_BYTES ? this.#joined() : this.#chunks[0]!;
    const length = first.readInt32LE(0);
    const most = this.maxBytes();
    if (length < HEADER_BYTES || length > most) {
      throw new ProtocolError(`a message of ${length} bytes (${HEADER_BYTES} to ${most} are taken)`);
    }
    this.#length = length;
  }

  #joined(): Buffer {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks, this.#buffered)];
    return this.#chunks[0]!;
  }
}

/*
 * What a transaction writes, one after the other: u8 1 (put) or 2 (remove), u16 bytes of the key, u32 bytes of the
 * value, key, value; little endian.
 */
const HEAD = 7;
const PUT = 1;
const REMOVE = 2;
const FIRST_BYTES = 16 * 1024;

/** Notes what a transaction writes. Keys and values are copied. */
export class Changes {
  #bytes: Buffer;
  #length: number;
  readonly #start: number;

  /** Leaves `start` bytes free before the first. */
  constructor(start: number) {
    this.#start = start;
    this.#length = start;
    this.#bytes = Buffer.allocUnsafe(FIRST_BYTES);
  }

  get isEmpty(): boolean {
    return this.#length === this.#start;
  }

  /** All of it, with the free bytes at the start; valid until the next call of anything. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = this.#start;
  }

  put(key: Buffer, value: Buffer): void {
    this.#add(PUT, key, value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  remove(key: Buffer): void {
    this.#add(REMOVE, key, 0);
  }

  #add(kind: number, key: Buffer, valueLength: number): void {
    const at = this.#length;
    const end = at + HEAD + key.length;
    if (end + valueLength > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(2 * (end + valueLength));
      larger.set(this.bytes);
      this.#bytes = larger;
    }
    this.#bytes[at] = kind;
    this.#bytes.writeUInt16LE(key.length, at + 1);
    this.#bytes.writeUInt32LE(valueLength, at + 3);
    this.#bytes.set(key, at + HEAD);
    this.#length = end;
  }
}

/** Hands on what `Changes` noted, in its order; a value that is undefined was removed. */
export function replay(changes: Buffer, write: (key: Buffer, value: Buffer | undefined) => void): void {
  for (let at = 0; at < changes.length;) {
    const kind = changes[at];
    const keyEnd = at + HEAD + changes.readUInt16LE(at + 1);
    const end = keyEnd + changes.readUInt32LE(at + 3);
    write(changes.subarray(at + HEAD, keyEnd), kind === PUT ? changes.subarray(keyEnd, end) : undefined);
    at = end;
  }
}

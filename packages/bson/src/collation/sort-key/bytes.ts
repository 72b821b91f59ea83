/** Bytes that grow; one is used again and again. */
export class Bytes {
  private bytes: Uint8Array;
  length = 0;

  constructor(capacity = 256) {
    this.bytes = new Uint8Array(capacity);
  }

  clear(): void {
    this.length = 0;
  }

  push(byte: number): void {
    if (this.length === this.bytes.length) {
      const wider = new Uint8Array(this.bytes.length * 2);
      wider.set(this.bytes);
      this.bytes = wider;
    }
    this.bytes[this.length++] = byte;
  }

  /** One or two bytes: a second byte of 0 is left out. */
  pushWeight16(weight: number): void {
    this.push((weight >>> 8) & 0xff);
    if ((weight & 0xff) !== 0) this.push(weight & 0xff);
  }

  /** The same, the other way round. */
  pushReversed16(weight: number): void {
    if ((weight & 0xff) !== 0) this.push(weight & 0xff);
    this.push((weight >>> 8) & 0xff);
  }

  /** One to four bytes: from the first byte of 0 on they are left out. */
  pushWeight32(weight: number): void {
    for (let rest = weight; rest !== 0; rest = (rest << 8) >>> 0) {
      if (rest >>> 24 === 0) return;
      this.push(rest >>> 24);
    }
  }

  reverse(from: number): void {
    this.bytes.subarray(from, this.length).reverse();
  }

  append(other: Bytes, end = other.length): void {
    for (let index = 0; index < end; index++) this.push(other.bytes[index]!);
  }

  at(index: number): number {
    return this.bytes[index]!;
  }

  /** As code units 0…255. */
  toString(): string {
    return Buffer.from(this.bytes.buffer, 0, this.length).toString('latin1');
  }
}

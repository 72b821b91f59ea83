/** Documents that lie in one buffer, one after the other. */
export class DocumentSlab {
  readonly #bytes: Buffer;
  #end = 0;
  /** Of each document the number that its owner knows it by. */
  readonly numbers: number[] = [];

  constructor(readonly capacity: number) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity);
  }

  hasRoom(length: number): boolean {
    return this.#end + length <= this.capacity;
  }

  /** Copies a document, for which there is room; returns the copy. */
  add(document: Uint8Array, number: number): Buffer {
    const start = this.#end;
    this.#end += document.length;
    this.#bytes.set(document, start);
    this.numbers.push(number);
    return this.#bytes.subarray(start, this.#end);
  }
}

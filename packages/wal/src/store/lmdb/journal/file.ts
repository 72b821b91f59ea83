import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { JOURNAL_FILE } from '../place';
import { HEADER_MARK, NO_HEADER, SLOT_BYTES, SLOTS } from './layout';

/** The journal's file. What is written is on disk when the call returns. */
export class JournalFile {
  readonly #file: number;
  readonly #marks = Buffer.alloc(SLOTS * HEADER_MARK);
  #isAllocated = false;

  constructor(folder: string) {
    const { O_RDWR, O_CREAT, O_DSYNC } = constants;
    this.#file = openSync(join(folder, JOURNAL_FILE), O_RDWR | O_CREAT | O_DSYNC, 0o664);
    // A file that has just been made is to be found after a loss of power, too.
    if (fstatSync(this.#file).size === 0) flushFolder(folder);
  }

  /** What the slots begin with, which tells generations apart; the next call overwrites it. */
  marks(): Buffer {
    for (let slot = 0; slot < SLOTS; slot++) {
      const at = slot * HEADER_MARK;
      const length = readSync(this.#file, this.#marks, at, HEADER_MARK, slot * SLOT_BYTES);
      this.#marks.fill(0, at + length, at + HEADER_MARK);
    }
    return this.#marks;
  }

  /** All of it. */
  read(): Buffer {
    const bytes = Buffer.alloc(fstatSync(this.#file).size);
    return bytes.subarray(0, readSync(this.#file, bytes, 0, bytes.length, 0));
  }

  /** Some bytes of a slot. */
  part(slot: number, at: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    readSync(this.#file, bytes, 0, length, slot * SLOT_BYTES + at);
    return bytes;
  }

  write(slot: number, at: number, bytes: Buffer): void {
    this.#write(bytes, slot * SLOT_BYTES + at);
  }

  /** Ends the generations of all slots. */
  clear(): void {
    for (let slot = 0; slot < SLOTS; slot++) {
      if (!this.part(slot, 0, HEADER_MARK).equals(NO_HEADER)) this.write(slot, 0, NO_HEADER);
    }
  }

  /** Writes all of the file once, so that to write it again is one flush and changes no metadata. False without room. */
  allocate(): boolean {
    if (this.#isAllocated) return true;
    const whole = SLOTS * SLOT_BYTES;
    const { size } = fstatSync(this.#file);
    try {
      if (size < whole) this.#write(Buffer.alloc(whole - size), size);
    } catch {
      // LMDB will say so, if it finds none either.
      return false;
    }
    this.#isAllocated = fstatSync(this.#file).size >= whole;
    return this.#isAllocated;
  }

  #write(bytes: Buffer, at: number): void {
    // The last room of a disk, or a limit on file sizes, may take a part only; then the next call says why.
    for (let done = 0; done < bytes.length;) {
      done += writeSync(this.#file, bytes, done, bytes.length - done, at + done);
    }
  }

  close(): void {
    closeSync(this.#file);
  }
}

function flushFolder(folder: string): void {
  const directory = openSync(folder, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { JOURNAL_FILE } from '../place';
import { HEADER_MARK, NO_HEADER, SLOT_BYTES, SLOTS } from './layout';

const NO_MARKS = Buffer.concat(Array<Buffer>(SLOTS).fill(NO_HEADER));

/** The journal's file, which the first who journals makes. What is written is on disk when the call returns. */
export class JournalFile {
  readonly #folder: string;
  #file: number | undefined;
  readonly #marks = Buffer.alloc(SLOTS * HEADER_MARK);
  #isAllocated = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What the slots begin with, which tells generations apart; the next call overwrites it. */
  marks(): Buffer {
    for (let slot = 0; slot < SLOTS; slot++) {
      const at = slot * HEADER_MARK;
      const length = this.#read(this.#marks, at, HEADER_MARK, slot * SLOT_BYTES);
      this.#marks.fill(0, at + length, at + HEADER_MARK);
    }
    return this.#marks;
  }

  /** All of it; nothing if no slot holds a generation. */
  read(): Buffer {
    if (this.marks().equals(NO_MARKS)) return Buffer.alloc(0);
    const bytes = Buffer.alloc(SLOTS * SLOT_BYTES);
    return bytes.subarray(0, this.#read(bytes, 0, bytes.length, 0));
  }

  /** Some bytes of a slot. */
  part(slot: number, at: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    this.#read(bytes, 0, length, slot * SLOT_BYTES + at);
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
    try {
      const isNew = this.#open() === undefined;
      const file = this.#open(constants.O_CREAT)!;
      const { size } = fstatSync(file);
      if (size < whole) this.#write(Buffer.alloc(whole - size), size);
      // A file that has just been made is to be found after a loss of power, too.
      if (isNew) flushFolder(this.#folder);
    } catch {
      // LMDB will say so, if it finds no room either.
      return false;
    }
    this.#isAllocated = true;
    return true;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }

  #open(create = 0): number | undefined {
    if (this.#file !== undefined) return this.#file;
    const path = join(this.#folder, JOURNAL_FILE);
    // Asked for each group of commits, and an exception costs what a commit does.
    if (create === 0 && statSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
    const { O_RDWR, O_DSYNC } = constants;
    try {
      this.#file = openSync(path, O_RDWR | O_DSYNC | create, 0o664);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    return this.#file;
  }

  #read(target: Buffer, offset: number, length: number, at: number): number {
    const file = this.#open();
    return file === undefined ? 0 : readSync(file, target, offset, length, at);
  }

  #write(bytes: Buffer, at: number): void {
    // The last room of a disk, or a limit on file sizes, may take a part only; then the next call says why.
    for (let done = 0; done < bytes.length;) {
      done += writeSync(this.#open()!, bytes, done, bytes.length - done, at + done);
    }
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

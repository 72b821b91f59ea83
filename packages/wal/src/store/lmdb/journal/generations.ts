import type { JournalFile } from './file';
import { type Header, newestGeneration, RECORD_HEAD, recordAt, RECORDS_AT, SLOT_BYTES } from './layout';

/** A generation, as far as this process has read or written it. */
export interface Generation {
  readonly slot: number;
  readonly header: Pick<Header, 'generation' | 'base'>;
  tail: Tail;
  /** What was written last; it counts once LMDB has committed that transaction. */
  written: Tail | undefined;
  /** Whether LMDB has committed something since that is not in the journal. */
  isOver: boolean;
}

interface Tail {
  /** The id of the transaction whose record ends here. */
  readonly id: number;
  readonly at: number;
}

/** Which generation counts, as the file has it now. */
export class Generations {
  readonly #file: JournalFile;
  /** What the slots began with when they were last read or written. */
  #marks = Buffer.alloc(0);
  #newest: Generation | undefined;

  constructor(file: JournalFile) {
    this.#file = file;
  }

  /** The generation, if it leads to this state; undefined if there is none or it is over. */
  at(state: number): Generation | undefined {
    const slot = this.#refresh(state);
    const generation = this.#newest;
    if (generation === undefined || generation.isOver) return undefined;
    const { written } = generation;
    generation.written = undefined;
    if (written?.id === state) generation.tail = written;
    else this.#follow(generation, state, slot);
    generation.isOver = generation.tail.id !== state;
    return generation.isOver ? undefined : generation;
  }

  /** The slot that the next generation goes to. */
  get nextSlot(): number {
    return 1 - (this.#newest?.slot ?? 1);
  }

  /** A generation was written to its slot. */
  begun(generation: Generation): void {
    this.#newest = generation;
    this.#marks = Buffer.from(this.#file.marks());
  }

  /** All generations end. */
  clear(): void {
    this.#file.clear();
    this.#newest = undefined;
    this.#marks = Buffer.from(this.#file.marks());
  }

  /** Reads the file, if it has another generation than before; then the bytes of its slot. */
  #refresh(state: number): Buffer | undefined {
    const marks = this.#file.marks();
    if (marks.equals(this.#marks)) return undefined;
    this.#marks = Buffer.from(marks);
    const found = newestGeneration(this.#file.read());
    if (found !== undefined && found.header.base > state) {
      // Somebody has put another data file beside it.
      this.clear();
      return undefined;
    }
    this.#newest = found && {
      slot: found.slot,
      header: found.header,
      tail: { id: found.header.base, at: RECORDS_AT },
      written: undefined,
      isOver: false,
    };
    return found?.bytes;
  }

  /** Finds what other processes have journaled. */
  #follow(generation: Generation, state: number, slot?: Buffer): void {
    while (generation.tail.id < state) {
      slot ??= this.#file.part(generation.slot, 0, SLOT_BYTES);
      const { id, at } = generation.tail;
      const record = recordAt(slot, at, generation.header, id + 1);
      if (record === undefined) return;
      generation.tail = { id: id + 1, at: at + RECORD_HEAD + record.changes.length };
    }
  }
}

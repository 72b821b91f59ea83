import { randomFillSync } from 'node:crypto';
import type { RootDatabase } from 'lmdb';
import type { DataFile } from '../data-file';
import { Changes } from './changes';
import { JournalFile } from './file';
import { type Generation, Generations } from './generations';
import { encodeHeader, idOf, RECORD_HEAD, recordAt, sealRecord, SLOT_BYTES } from './layout';
import { type Left, leftIn } from './left';

/** A transaction begins only where this is left of a slot: a small one seldom writes more. */
const ROOM = 128 * 1024;
/**
 * A generation of so many records or bytes is followed by another one, as soon as all before is on disk. Until then each
 * record keeps some pages from being used again, so there may be more of them the larger the data file is.
 */
const ENOUGH_RECORDS = { least: 256, most: 1024, pagesEach: 64 };
const ENOUGH_BYTES = 384 * 1024;
/** A guard of a state so much older than the generation's holds more pages than it is worth. */
const OLD = 1024;

/** Keeps the pages of a state as they are, by a read transaction of that state or of one before it. */
interface Guard {
  readonly transaction: ReturnType<RootDatabase['useReadTransaction']>;
  readonly state: number;
}

/** A generation that is to follow, once the state that it begins from is on disk. */
interface Successor {
  readonly of: Generation;
  /** Where the records begin that it takes over. */
  readonly at: number;
  readonly meta: Buffer;
  readonly guard: Guard;
  isFlushed: boolean;
}

/** What the next record is written with, if it is the first of a generation that is written to its slot. */
interface Beginning {
  readonly generation: Generation;
  readonly bytes: Buffer;
}

/**
 * The journal of a store's small transactions (decision 22): what such a one writes is flushed here, once and in one
 * piece; LMDB commits it without a flush of its own. A generation begins from a state that is on disk, and goes on as
 * long as each transaction is journaled. It is over as soon as LMDB has flushed a transaction by itself, or another one
 * has begun from a later state.
 *
 * The pages of the state that a generation begins from must stay as they are until it is over, so who writes meanwhile
 * keeps a guard.
 *
 * Everything but `release`, `settle` and `close` only within a write transaction, which is exclusive across processes.
 * `state` is the id of the transaction that led to what it sees.
 */
export class Journal {
  readonly #db: RootDatabase<Buffer, Buffer>;
  readonly #data: DataFile;
  readonly #file: JournalFile;
  readonly #generations: Generations;
  /** The generation that the transaction goes on with, unless it begins one. */
  #current: Generation | undefined;
  #beginning: Beginning | undefined;
  #guard: Guard | undefined;
  #successor: Successor | undefined;
  /** The id of the last transaction of this process that was journaled. */
  #lastWritten = 0;
  #enoughRecords = ENOUGH_RECORDS.least;
  readonly changes = new Changes(RECORD_HEAD);

  constructor(folder: string, db: RootDatabase<Buffer, Buffer>, data: DataFile) {
    this.#db = db;
    this.#data = data;
    this.#file = new JournalFile(folder);
    this.#generations = new Generations(this.#file);
  }

  /** What is to be done again if power was lost; undefined if `state` is on disk. */
  left(state: number): Left | undefined {
    return leftIn(this.#file.read(), state);
  }

  /** Whether a transaction may be journaled; `changes` is to be filled then. */
  begin(state: number): boolean {
    this.changes.clear();
    this.#beginning = undefined;
    const generation = this.#generations.at(state);
    this.#current = generation;
    if (generation === undefined) return this.#begin(state);
    if (!this.#isGuarded(generation)) {
      this.#end();
      return this.#begin(state);
    }
    if (this.#successor?.of !== generation) this.#dropSuccessor();
    const successor = this.#successor?.isFlushed === true ? this.#succeed(this.#successor) : undefined;
    if (this.#successor === undefined && this.#isLong(generation)) this.#prepareSuccessor(generation);
    const { tail } = successor ?? generation;
    return tail.at + ROOM <= SLOT_BYTES;
  }

  /**
   * Flushes the changes of the transaction, which then is to be committed without a flush. False if there is no room
   * for them: then it must be given up.
   */
  write(state: number): boolean {
    if (this.changes.isEmpty) return true;
    const beginning = this.#beginning;
    const generation = beginning?.generation ?? this.#current!;
    const { slot, header, tail } = generation;
    const record = this.changes.bytes;
    if (tail.at + record.length > SLOT_BYTES) return false;
    sealRecord(record, header.generation, state + 1);
    if (beginning === undefined) {
      this.#file.write(slot, tail.at, record);
    } else {
      this.#file.write(slot, 0, Buffer.concat([beginning.bytes, record]));
      this.#generations.begun(generation);
      if (this.#successor !== undefined) this.#guardBy(this.#successor.guard);
    }
    generation.written = { id: state + 1, at: tail.at + record.length };
    this.#lastWritten = state + 1;
    return true;
  }

  /**
   * Before a transaction that LMDB flushes by itself: what a transaction has left that was journaled and then not
   * committed is made void, as this one will have its id.
   */
  pass(state: number): void {
    const generation = this.#generations.at(state);
    if (generation === undefined) return;
    if (!this.#isGuarded(generation)) {
      this.#end();
      return;
    }
    const { slot, tail } = generation;
    const head = this.#file.part(slot, tail.at, RECORD_HEAD);
    if (idOf(head) === state + 1) this.#file.write(slot, tail.at, head.fill(0));
  }

  /** Lets LMDB use all free pages again; between transactions. */
  release(): void {
    this.#dropSuccessor();
    this.#guardBy(undefined);
  }

  /** Flushes most of what `rest` will have to; at any time. */
  async settle(): Promise<void> {
    await this.#data.flush();
  }

  /** Ends the generation, so that the data file stands for itself, unless it was another process that wrote last. */
  rest(state: number): void {
    if (this.#generations.at(state) !== undefined && state === this.#lastWritten) this.#end();
    this.release();
  }

  close(): void {
    this.#file.close();
  }

  #isGuarded({ header }: Generation): boolean {
    return this.#guard !== undefined && this.#guard.state <= header.base;
  }

  #isLong({ tail, header }: Generation): boolean {
    return (
      tail.id - header.base >= this.#enoughRecords ||
      tail.at >= ENOUGH_BYTES ||
      header.base - this.#guard!.state >= OLD
    );
  }

  #guardBy(guard: Guard | undefined): void {
    this.#guard?.transaction.done();
    this.#guard = guard;
    if (this.#successor?.guard === guard) this.#successor = undefined;
  }

  #dropSuccessor(): void {
    this.#successor?.guard.transaction.done();
    this.#successor = undefined;
  }

  /** LMDB's meta record of this state, and a guard of it. */
  #hold(state: number): { readonly meta: Buffer; readonly guard: Guard } | undefined {
    const meta = this.#data.meta(state);
    if (meta === undefined) return undefined;
    return { meta, guard: { transaction: this.#db.useReadTransaction(), state } };
  }

  /** Makes ready for a generation that begins from this state, which is on disk. */
  #begin(state: number): boolean {
    this.#dropSuccessor();
    if (!this.#file.allocate()) return false;
    const held = this.#hold(state);
    if (held === undefined) return false;
    this.#guardBy(held.guard);
    this.#beginWith(held.meta, state, state, []);
    return true;
  }

  #prepareSuccessor(generation: Generation): void {
    const { tail } = generation;
    // Processes that have died may have left guards.
    this.#db.readerCheck();
    const held = this.#hold(tail.id);
    if (held === undefined) return;
    const successor: Successor = { of: generation, at: tail.at, ...held, isFlushed: false };
    this.#successor = successor;
    this.#data.flush().then(
      () => (successor.isFlushed = true),
      () => {
        if (this.#successor === successor) this.#dropSuccessor();
      },
    );
  }

  /** Makes ready for the generation that follows, with the records that there are since the state it begins from. */
  #succeed({ of, at, meta, guard }: Successor): Generation {
    const { slot, tail, header } = of;
    const bytes = this.#file.part(slot, at, tail.at - at);
    const records: Buffer[] = [];
    for (let id = guard.state + 1, from = 0; id <= tail.id; id++) {
      const { changes } = recordAt(bytes, from, header, id)!;
      const end = from + RECORD_HEAD + changes.length;
      records.push(bytes.subarray(from, end));
      from = end;
    }
    return this.#beginWith(meta, guard.state, tail.id, records);
  }

  #beginWith(meta: Buffer, base: number, state: number, records: readonly Buffer[]): Generation {
    const { least, most, pagesEach } = ENOUGH_RECORDS;
    this.#enoughRecords = Math.min(Math.max(least, this.#data.pages / pagesEach), most);
    const salt = randomFillSync(Buffer.alloc(8));
    records.forEach((record, n) => sealRecord(record, salt, base + 1 + n));
    const bytes = Buffer.concat([encodeHeader(salt, meta), ...records]);
    const generation: Generation = {
      slot: this.#generations.nextSlot,
      header: { generation: salt, base },
      tail: { id: state, at: bytes.length },
      written: undefined,
      isOver: false,
    };
    this.#beginning = { generation, bytes };
    return generation;
  }

  /** Puts all on disk that LMDB has committed; from then on the data file stands for itself. */
  #end(): void {
    this.#data.flushSync();
    this.#generations.clear();
  }
}

import { crc32 } from 'node:zlib';
import type { Lsn } from '../../../entry/entry';
import { VarintReader } from '../../../entry/varint';
import { decompress } from './compression';
import { HeadReader } from './head-reader';
import type { Item, ItemHead } from './item';
import type { Span } from './known-spans';
import { BLOCK_FORMAT, BLOCK_PREFIX, COMPRESSED } from './layout';

/** An entry in a block, and where its payload lies. */
export interface BlockItem extends ItemHead {
  readonly start: number;
  readonly end: number;
}

const NO_BYTES = Buffer.alloc(0);
const STRIDE = 32;

/** Entries that lie together. Heads are read and payloads decompressed when they are asked for. */
export class Block {
  #heads: Buffer;
  #payloads: Buffer;
  #isCompressed: boolean;
  readonly #length: number;
  /** Stands where the last look-up ended: the next one mostly goes on from there. */
  #reader: HeadReader | undefined;
  /** Places to begin from, every `STRIDE` entries, as far as anybody has read who went back. */
  #marks: HeadReader[] = [];

  constructor(
    readonly span: Span,
    readonly count: number,
    heads: Buffer,
    payloads: Buffer,
    isCompressed: boolean,
    length: number,
  ) {
    this.#heads = heads;
    this.#payloads = payloads;
    this.#isCompressed = isCompressed;
    this.#length = length;
  }

  /** What it takes in memory once its payloads are decompressed. */
  get weight(): number {
    return this.#length + this.#heads.length + 300;
  }

  /** Its entries in order. @throws RangeError */
  *items(): Generator<BlockItem, void, undefined> {
    const reader = new HeadReader(this.#heads, this.span.first);
    for (let n = 0; n < this.count; n++) {
      reader.next();
      yield reader.item;
    }
    if (reader.lsn !== this.span.last || reader.end !== this.#length) {
      throw new RangeError('its entries are not those it names');
    }
  }

  /** The entry at an LSN. @throws RangeError */
  item(lsn: Lsn): BlockItem | undefined {
    const reader = this.#readerAtOrAfter(lsn);
    return reader?.lsn === lsn ? reader.item : undefined;
  }

  /** The newest entry at or before an LSN. @throws RangeError */
  itemAtOrBefore(lsn: Lsn): BlockItem | undefined {
    if (lsn >= this.span.last) return this.item(this.span.last);
    if (lsn < this.span.first) return undefined;
    const reader = this.#from(lsn).copy();
    let found: BlockItem | undefined;
    for (; reader.lsn <= lsn; reader.next()) found = reader.item;
    return found;
  }

  /** An entry's payload: a view. @throws RangeError if it cannot be decompressed */
  payload(item: BlockItem): Buffer {
    return this.#raw().subarray(item.start, item.end);
  }

  /** Makes do without the bytes that it was decoded from. @throws RangeError if it cannot be decompressed */
  detach(): this {
    this.#heads = Buffer.from(this.#heads);
    this.#reader = undefined;
    this.#marks = [];
    if (this.#isCompressed) this.#raw();
    else this.#payloads = Buffer.from(this.#payloads);
    return this;
  }

  /** The entries as they go into another block. @throws RangeError */
  unpacked(): Item[] {
    return [...this.items()].map((item) => ({ ...item, aside: NO_BYTES, content: this.payload(item) }));
  }

  #readerAtOrAfter(lsn: Lsn): HeadReader | undefined {
    const { first, last } = this.span;
    if (lsn < first || lsn > last) return undefined;
    if (this.#reader === undefined) {
      this.#reader = this.#begin();
    } else if (this.#reader.lsn > lsn) {
      this.#reader = this.#from(lsn).copy();
    }
    while (this.#reader.lsn < lsn) this.#reader.next();
    return this.#reader;
  }

  /** The nearest mark at or before an LSN of the block. */
  #from(lsn: Lsn): HeadReader {
    const marks = this.#marks;
    if (marks.length === 0) marks.push(this.#begin());
    let newest = marks[marks.length - 1]!;
    if (newest.lsn > lsn) {
      let low = 0;
      let high = marks.length - 1;
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (marks[middle]!.lsn > lsn) high = middle;
        else low = middle;
      }
      return marks[low]!;
    }
    for (;;) {
      const next = newest.copy();
      for (let n = 0; n < STRIDE && next.lsn < lsn; n++) next.next();
      if (next.place - newest.place < STRIDE || next.lsn > lsn) return newest;
      marks.push((newest = next));
    }
  }

  #begin(): HeadReader {
    const reader = new HeadReader(this.#heads, this.span.first);
    reader.next();
    return reader;
  }

  #raw(): Buffer {
    if (this.#isCompressed) {
      this.#payloads = decompress(this.#payloads, this.#length);
      this.#isCompressed = false;
    }
    return this.#payloads;
  }
}

/**
 * The block in these bytes, of which it keeps views.
 * @throws RangeError if they are not what they were
 */
export function decodeBlock(bytes: Buffer): Block {
  if (bytes.length <= BLOCK_PREFIX || crc32(bytes.subarray(4)) !== bytes.readUInt32LE(0)) {
    throw new RangeError('its checksum does not match');
  }
  if (bytes[4]! >> 4 !== BLOCK_FORMAT) throw new RangeError(`it has format ${bytes[4]! >> 4}`);
  const numbers = new VarintReader(bytes, BLOCK_PREFIX);
  const first = numbers.number();
  const last = first + numbers.number();
  const firstTime = numbers.number();
  const lastTime = firstTime + numbers.number();
  const count = numbers.number();
  const headBytes = numbers.number();
  const length = numbers.number();
  const headsEnd = numbers.at + headBytes;
  if (headsEnd > bytes.length) throw new RangeError('it is cut short');
  return new Block(
    { first, last, firstTime, lastTime },
    count,
    bytes.subarray(numbers.at, headsEnd),
    bytes.subarray(headsEnd),
    (bytes[4]! & COMPRESSED) !== 0,
    length,
  );
}

import { crc32 } from 'node:zlib';
import type { Actor, Lsn } from '../../../entry/entry';
import { VarintReader } from '../../../entry/varint';
import { decompress } from './compression';
import type { Item, ItemHead } from './item';
import {
  BASE,
  BLOCK_FORMAT,
  BLOCK_PREFIX,
  COMMIT,
  COMPRESSED,
  GAP,
  KIND,
  PREV,
  RECORD,
  TEXTS,
  TIME,
  unfoldSign,
} from './layout';

/** An entry in a block, and where its payload lies. */
export interface BlockItem extends ItemHead {
  readonly start: number;
  readonly end: number;
}

interface ItemTexts {
  readonly collection: string;
  readonly actor: Actor;
}

/** What an item in memory takes, roughly. */
const ITEM_BYTES = 160;
const NO_BYTES = Buffer.alloc(0);

/** Entries that lie together, decoded but for their payloads. */
export class Block {
  #payloads: Buffer;
  #isCompressed: boolean;
  readonly #length: number;

  constructor(
    readonly items: readonly BlockItem[],
    payloads: Buffer,
    isCompressed: boolean,
    length: number,
  ) {
    this.#payloads = payloads;
    this.#isCompressed = isCompressed;
    this.#length = length;
  }

  get first(): BlockItem {
    return this.items[0]!;
  }

  get last(): BlockItem {
    return this.items[this.items.length - 1]!;
  }

  /** What it takes in memory once its payloads are decompressed. */
  get weight(): number {
    return this.#length + this.items.length * ITEM_BYTES;
  }

  /** Where the newest entry at or before an LSN stands; −1 if there is none. */
  placeAtOrBefore(lsn: Lsn): number {
    const { items } = this;
    const first = items[0]!.lsn;
    if (lsn < first) return -1;
    if (this.last.lsn - first === items.length - 1) return Math.min(lsn - first, items.length - 1);
    let low = 0;
    let high = items.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (items[middle]!.lsn <= lsn) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  item(lsn: Lsn): BlockItem | undefined {
    const item = this.items[this.placeAtOrBefore(lsn)];
    return item?.lsn === lsn ? item : undefined;
  }

  /** An entry's payload: a view. @throws RangeError if it cannot be decompressed */
  payload(item: BlockItem): Buffer {
    return this.#raw().subarray(item.start, item.end);
  }

  /** Decompresses now, so that the bytes that the block was decoded from are needed no more. */
  detach(): this {
    if (this.#isCompressed) this.#raw();
    else this.#payloads = Buffer.from(this.#payloads);
    return this;
  }

  /** The entries as they go into another block. */
  unpacked(): Item[] {
    return this.items.map((item) => ({ ...item, id: NO_BYTES, content: this.payload(item) }));
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
  const count = numbers.number();
  const headBytes = numbers.number();
  const length = numbers.number();
  const headsEnd = numbers.at + headBytes;
  if (headsEnd > bytes.length || count > headBytes) throw new RangeError('it is cut short');
  const items = decodeItems(new VarintReader(bytes, numbers.at, headsEnd), first, count);
  if (items[count - 1]?.lsn !== last || items[count - 1]?.end !== length) {
    throw new RangeError('its entries are not those it names');
  }
  return new Block(items, bytes.subarray(headsEnd), (bytes[4]! & COMPRESSED) !== 0, length);
}

function decodeItems(reader: VarintReader, first: Lsn, count: number): BlockItem[] {
  const { bytes } = reader;
  const items: BlockItem[] = [];
  const texts: ItemTexts[] = [];
  let [lsn, timestamp, commitLsn, text, prev, record, operation, shape, end] = [first - 1, 0, 0, 0, 0, 0, 0, 0, 0];
  for (let n = 0; n < count; n++) {
    const flags = bytes[reader.at]!;
    if (reader.at + 5 > reader.end) throw new RangeError('it is cut short');
    const checksum = bytes.readUInt32LE(reader.at + 1);
    reader.at += 5;
    const start = end;
    end += reader.number();
    lsn += 1;
    if (flags & GAP) lsn += reader.number();
    if (flags & TIME) timestamp += unfoldSign(reader.number());
    if (flags & COMMIT) commitLsn = lsn + reader.number();
    else if (commitLsn < lsn) commitLsn = lsn;
    if (flags & TEXTS) {
      text = reader.number();
      if (text === texts.length) texts.push(decodeTexts(reader));
    }
    if (flags & PREV) prev = reader.number();
    if (flags & RECORD) record = reader.number();
    if (flags & KIND) {
      operation = bytes[reader.at++]!;
      shape = bytes[reader.at++]!;
    }
    const { collection, actor } = texts[text]!;
    items.push({
      lsn,
      timestamp,
      operation,
      collection,
      actor,
      prevLsn: prev === 0 ? 0 : lsn - unfoldSign(prev),
      recordLsn: record === 1 ? 0 : lsn - unfoldSign(record),
      commitLsn,
      checksum,
      shape,
      baseBranchId: flags & BASE ? reader.number() : 0,
      start,
      end,
    });
  }
  return items;
}

let lastTexts: { readonly bytes: Buffer; readonly texts: ItemTexts } | undefined;

/** Nearly always the same, so mostly neither decoded nor made again. */
function decodeTexts(reader: VarintReader): ItemTexts {
  const { bytes, at: start } = reader;
  if (lastTexts !== undefined) {
    const end = start + lastTexts.bytes.length;
    if (end <= reader.end && lastTexts.bytes.compare(bytes, start, end) === 0) {
      reader.at = end;
      return lastTexts.texts;
    }
  }
  const collection = reader.text();
  const actor: Actor = Object.freeze({ user: reader.text(), app: reader.text() });
  lastTexts = { bytes: Buffer.from(bytes.subarray(start, reader.at)), texts: { collection, actor } };
  return lastTexts.texts;
}

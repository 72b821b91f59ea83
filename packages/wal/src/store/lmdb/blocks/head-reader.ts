import type { Actor, Lsn } from '../../../entry/entry';
import { VarintReader } from '../../../entry/varint';
import type { ItemHead } from './item';
import { BASE, COMMIT, GAP, KIND, PREV, RECORD, TEXTS, TIME, unfoldSign } from './layout';

interface ItemTexts {
  readonly collection: string;
  readonly actor: Actor;
}

const NO_TEXTS: ItemTexts = { collection: '', actor: { user: '', app: '' } };

/** Reads the heads of a block one after the other, without making an object of each. */
export class HeadReader {
  /** Where the entry stands in the block; −1 before the first. */
  place = -1;
  lsn: Lsn;
  timestamp = 0;
  commitLsn: Lsn = 0;
  checksum = 0;
  shape = 0;
  /** Where its payload lies. */
  start = 0;
  end = 0;
  readonly #reader: VarintReader;
  readonly #texts: ItemTexts[] = [];
  #text: ItemTexts = NO_TEXTS;
  #prev = 0;
  #record = 0;
  #operation = 0;
  #baseBranchId = 0;

  /** `heads` is the bytes of all heads; `first` the LSN of the first entry. */
  constructor(heads: Buffer, first: Lsn) {
    this.#reader = new VarintReader(heads, 0);
    this.lsn = first - 1;
  }

  /** Another one that stands where this one does. */
  copy(): HeadReader {
    const copy = new HeadReader(this.#reader.bytes, this.lsn + 1);
    copy.#reader.at = this.#reader.at;
    copy.#texts.push(...this.#texts);
    copy.place = this.place;
    copy.timestamp = this.timestamp;
    copy.commitLsn = this.commitLsn;
    copy.checksum = this.checksum;
    copy.shape = this.shape;
    copy.start = this.start;
    copy.end = this.end;
    copy.#text = this.#text;
    copy.#prev = this.#prev;
    copy.#record = this.#record;
    copy.#operation = this.#operation;
    copy.#baseBranchId = this.#baseBranchId;
    return copy;
  }

  /** Steps on to the next entry. @throws RangeError at the end */
  next(): void {
    const reader = this.#reader;
    const { bytes } = reader;
    if (reader.at + 5 >= reader.end) throw new RangeError('it is cut short');
    const flags = bytes[reader.at]!;
    this.checksum = bytes.readUInt32LE(reader.at + 1);
    reader.at += 5;
    this.place += 1;
    this.start = this.end;
    this.end += reader.number();
    this.lsn += flags & GAP ? 1 + reader.number() : 1;
    if (flags & TIME) this.timestamp += unfoldSign(reader.number());
    if (flags & COMMIT) this.commitLsn = this.lsn + reader.number();
    else if (this.commitLsn < this.lsn) this.commitLsn = this.lsn;
    if (flags & TEXTS) this.#readText();
    if (flags & PREV) this.#prev = reader.number();
    if (flags & RECORD) this.#record = reader.number();
    if (flags & KIND) {
      this.#operation = bytes[reader.at++]!;
      this.shape = bytes[reader.at++]!;
    }
    this.#baseBranchId = flags & BASE ? reader.number() : 0;
  }

  /** The entry that it stands at. */
  get item(): ItemHead & { readonly start: number; readonly end: number } {
    const { lsn } = this;
    return {
      lsn,
      timestamp: this.timestamp,
      operation: this.#operation,
      collection: this.#text.collection,
      actor: this.#text.actor,
      prevLsn: this.#prev === 0 ? 0 : lsn - unfoldSign(this.#prev),
      recordLsn: this.#record === 1 ? 0 : lsn - unfoldSign(this.#record),
      commitLsn: this.commitLsn,
      checksum: this.checksum,
      shape: this.shape,
      baseBranchId: this.#baseBranchId,
      start: this.start,
      end: this.end,
    };
  }

  #readText(): void {
    const index = this.#reader.number();
    if (index === this.#texts.length) this.#texts.push(decodeTexts(this.#reader));
    this.#text = this.#texts[index] ?? NO_TEXTS;
  }
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

import { crc32 } from 'node:zlib';
import { asBuffer, Binary, decodeDocument, documentId, encodeDocument, type Value } from '@argon/bson';
import type { Actor, Entry } from './entry';
import { EntryFormatError } from './errors';
import { OPERATION_NUMBERS, formOfNumber, operationNumber, operationOfNumber } from './operations';
import { encodeText, VarintReader, varintLength, writeVarint } from './varint';

/*
 * The canonical encoding of an entry, version 1.
 *
 *   0 u32, little endian: CRC-32 of all that follows
 *   4 u8: the format (1) in the upper half; flags below: 1 there is a document, 2 there is an id of its own, 4 a note
 *   5 u8: the operation's number
 *   6 varint: how many bytes follow up to the document
 *     varints: LSN, timestamp, branch id, prev LSN, record LSN, commit LSN − LSN
 *     collection, user, app: each a varint length and UTF-8
 *     the document's id, if it is not to be found in the document, and the note, if there is one, as the BSON document
 *     {"": id, n: note}
 *     the document, to the end
 *
 * An insert or update whose document begins with `_id` has its id there, and not a second time.
 */
const FORMAT = 1;
const HAS_DOCUMENT = 1;
const HAS_ID = 2;
const HAS_NOTE = 4;
const PREFIX = 6;
/** The longest that six numbers get. */
const NUMBERS_MAX = 48;

/** An entry as far as its checksum covers it. */
export type UnsealedEntry = Omit<Entry, 'checksum'>;

const NO_BYTES = Buffer.alloc(0);

let lastTexts: { collection: string; user: string; app: string; bytes: Buffer } | undefined;

/** The three texts, encoded; neighbouring entries nearly always share them. */
function encodeTexts(collection: string, { user, app }: Actor): Buffer {
  const last = lastTexts;
  if (last !== undefined && last.collection === collection && last.user === user && last.app === app) {
    return last.bytes;
  }
  const bytes = Buffer.concat([encodeText(collection), encodeText(user), encodeText(app)]);
  lastTexts = { collection, user, app, bytes };
  return bytes;
}

/** Whether the document begins with a field `_id`. */
function beginsWithId(document: Uint8Array): boolean {
  return (
    document.length > 9 &&
    document[4] !== 0 &&
    document[5] === 0x5f &&
    document[6] === 0x69 &&
    document[7] === 0x64 &&
    document[8] === 0
  );
}

/** Whether the id has to be told beside the document: it is not its first field. */
export function hasOwnId({ operation, document }: UnsealedEntry): boolean {
  if (OPERATION_NUMBERS[operation] >= 16) return false;
  return document === null || operation === 'delete' || !beginsWithId(document);
}

/**
 * What is told beside the document, as the BSON document {"": id, n: note}: the id, if it `hasOwnId`, and the note. Empty
 * if that is nothing.
 */
export function encodedAside(entry: UnsealedEntry, isOwnId: boolean): Uint8Array {
  const { note } = entry;
  if (!isOwnId) return note === undefined ? NO_BYTES : encodedNote(note);
  const aside = new Map<string, Value>([['', entry.documentId]]);
  if (note !== undefined) aside.set('n', new Binary(note));
  return encodeDocument(aside);
}

/** Around a note: {n: Binary}. */
const NOTE_HEAD = 12;

/** {n: note}, as `encodeDocument` has it, for much less: nearly every write has one. */
function encodedNote(note: Uint8Array): Buffer {
  const { length } = note;
  const bytes = Buffer.allocUnsafe(NOTE_HEAD + length + 1);
  bytes.writeInt32LE(bytes.length, 0);
  bytes[4] = 5;
  bytes[5] = 0x6e;
  bytes[6] = 0;
  bytes.writeInt32LE(length, 7);
  bytes[11] = 0;
  bytes.set(note, NOTE_HEAD);
  bytes[NOTE_HEAD + length] = 0;
  return bytes;
}

/** What `encodedAside` told. */
export function decodeAside(bytes: Uint8Array): {
  readonly id: Value | undefined;
  readonly note?: Uint8Array;
} {
  const aside = decodeDocument(bytes);
  const note = aside.get('n');
  return { id: aside.get(''), ...(note instanceof Binary ? { note: note.buffer } : {}) };
}

const numbers = Buffer.allocUnsafeSlow(NUMBERS_MAX);

/**
 * The entry up to its document, with `spare` bytes of room behind it; the checksum is left to the caller.
 * @param scratch used where it is large enough: then what is encoded is gone with the next entry
 */
function encodeHead(
  entry: UnsealedEntry,
  spare: number,
  scratch?: Buffer,
): { bytes: Buffer; length: number } {
  let end = writeVarint(numbers, entry.lsn, 0);
  end = writeVarint(numbers, entry.timestamp, end);
  end = writeVarint(numbers, entry.branchId, end);
  end = writeVarint(numbers, entry.prevLsn, end);
  end = writeVarint(numbers, entry.recordLsn, end);
  end = writeVarint(numbers, entry.commitLsn - entry.lsn, end);
  const operation = operationNumber(entry);
  const texts = encodeTexts(entry.collection, entry.actor);
  const isOwnId = hasOwnId(entry);
  const aside = encodedAside(entry, isOwnId);
  const rest = end + texts.length + aside.length;
  const length = PREFIX + varintLength(rest) + rest;

  const fits = scratch !== undefined && length + spare <= scratch.length;
  const bytes = fits ? scratch : Buffer.allocUnsafe(length + spare);
  const flags =
    (entry.document === null ? 0 : HAS_DOCUMENT) |
    (isOwnId ? HAS_ID : 0) |
    (entry.note === undefined ? 0 : HAS_NOTE);
  bytes[4] = (FORMAT << 4) | flags;
  bytes[5] = operation;
  let at = writeVarint(bytes, rest, PREFIX);
  numbers.copy(bytes, at, 0, end);
  bytes.set(texts, (at += end));
  bytes.set(aside, at + texts.length);
  return { bytes, length };
}

/** The entry in its canonical encoding, with the checksum that it carries. */
export function encodeEntry(entry: Entry): Buffer {
  const { bytes, length } = encodeHead(entry, entry.document?.length ?? 0);
  if (entry.document !== null) bytes.set(entry.document, length);
  bytes.writeUInt32LE(entry.checksum, 0);
  return bytes;
}

/** Documents up to this size are copied behind the head: that takes less than a second call of crc32. */
const COPIED = 4096;
const scratch = Buffer.allocUnsafeSlow(2 * COPIED);

/** CRC-32 of the entry's canonical encoding. Reads a large document where it lies. */
export function entryChecksum(entry: UnsealedEntry): number {
  const { document } = entry;
  const copied = document === null || document.length > COPIED ? 0 : document.length;
  const { bytes, length } = encodeHead(entry, copied, scratch);
  if (copied > 0) bytes.set(document!, length);
  const sum = crc32(bytes.subarray(4, length + copied));
  return document === null || copied > 0 ? sum : crc32(document, sum);
}

/** Whether the entry is what its checksum was computed from. */
export function verifyEntry(entry: Entry): boolean {
  return entryChecksum(entry) === entry.checksum;
}

function readingEntry<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw new EntryFormatError(error.message);
    throw error;
  }
}

/** A reader at the first number that ends where the document starts. */
function readerOf(bytes: Buffer): VarintReader {
  if (bytes.length <= PREFIX) throw new EntryFormatError('it is cut short', { length: bytes.length });
  const format = bytes[4]! >> 4;
  if (format !== FORMAT) throw new EntryFormatError(`it has format ${format}`, { format });
  const reader = new VarintReader(bytes, PREFIX);
  const rest = reader.number();
  if (reader.at + rest > bytes.length)
    throw new EntryFormatError('it is cut short', { length: bytes.length });
  return new VarintReader(bytes, reader.at, reader.at + rest);
}

let lastDecoded: { bytes: Buffer; collection: string; actor: Actor } | undefined;

/** The three texts. Neighbouring entries nearly always share them, in memory too. */
function decodeTexts(reader: VarintReader): { collection: string; actor: Actor } {
  const { bytes, at: start } = reader;
  const last = lastDecoded;
  if (last !== undefined) {
    const end = start + last.bytes.length;
    if (end <= reader.end && last.bytes.compare(bytes, start, end) === 0) {
      reader.at = end;
      return last;
    }
  }
  const collection = reader.text();
  const actor: Actor = Object.freeze({ user: reader.text(), app: reader.text() });
  lastDecoded = { bytes: Buffer.from(bytes.subarray(start, reader.at)), collection, actor };
  return lastDecoded;
}

/**
 * The entry that these bytes encode; its document is a view of them, not a copy. The checksum is not verified.
 * @throws EntryFormatError
 */
export function decodeEntry(encoded: Uint8Array): Entry {
  const bytes = asBuffer(encoded);
  return readingEntry(() => {
    const reader = readerOf(bytes);
    const operation = operationOfNumber(bytes[5]!);
    if (operation === undefined)
      throw new EntryFormatError(`it has the unknown operation number ${bytes[5]}`);
    const flags = bytes[4]!;
    const lsn = reader.number();
    const timestamp = reader.number();
    const branchId = reader.number();
    const prevLsn = reader.number();
    const recordLsn = reader.number();
    const commitLsn = lsn + reader.number();
    const { collection, actor } = decodeTexts(reader);
    const document = flags & HAS_DOCUMENT ? bytes.subarray(reader.end) : null;
    let id: Value | undefined = null;
    const aside =
      flags & (HAS_ID | HAS_NOTE) ? decodeAside(bytes.subarray(reader.at, reader.end)) : undefined;
    if (flags & HAS_ID) id = aside?.id;
    else if (bytes[5]! < 16 && document !== null) id = documentId(document);
    const form = formOfNumber(bytes[5]!);
    const entry = {
      lsn,
      timestamp,
      branchId,
      operation,
      collection,
      documentId: id ?? null,
      document,
      prevLsn,
      recordLsn,
      commitLsn,
      actor,
      ...(aside?.note === undefined ? {} : { note: aside.note }),
      checksum: bytes.readUInt32LE(0),
    };
    return form === undefined ? entry : { ...entry, form };
  });
}

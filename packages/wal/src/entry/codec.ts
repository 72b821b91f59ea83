import { crc32 } from 'node:zlib';
import { decodeDocument, documentId, encodeDocument, type Value } from '@argon/bson';
import type { Actor, Entry } from './entry';
import { EntryFormatError } from './errors';
import { OPERATION_NUMBERS, operationOfNumber } from './operations';

/*
 * The canonical encoding of an entry, version 1. Little endian; LSNs, ids and times are unsigned 64-bit integers.
 *
 *   0 u8  format (1)          1 u8  operation number       2 u8 flags       3 u8 zero
 *   4 u32 CRC-32 of bytes 0–3 and 8–end
 *   8 u32 where the document starts (the end, if there is none)
 *  12 lsn   20 timestamp   28 branch id   36 prev LSN   44 record LSN   52 u32 commit LSN − LSN
 *  56 collection, user, app: each a u16 length and UTF-8
 *     the document's id as the BSON document {"": id}, if it is not to be found in the document
 *     the document
 *
 * An insert or update whose document begins with `_id` has its id there, and not a second time.
 */
const FORMAT = 1;
const HAS_DOCUMENT = 1;
const HAS_ID = 2;
const TEXTS_START = 56;
const TWO_32 = 2 ** 32;

/** An entry as far as its checksum covers it. */
export type UnsealedEntry = Omit<Entry, 'checksum'>;

const NO_BYTES = Buffer.alloc(0);

function writeU64(target: Buffer, value: number, at: number): void {
  target.writeUInt32LE(value % TWO_32, at);
  target.writeUInt32LE(Math.floor(value / TWO_32), at + 4);
}

function readU64(source: Buffer, at: number): number {
  return source.readUInt32LE(at + 4) * TWO_32 + source.readUInt32LE(at);
}

let lastTexts: { collection: string; user: string; app: string; bytes: Buffer } | undefined;

/** The three texts, encoded; neighbouring entries nearly always share them. */
function encodeTexts(collection: string, actor: Actor): Buffer {
  const last = lastTexts;
  if (
    last !== undefined &&
    last.collection === collection &&
    last.user === actor.user &&
    last.app === actor.app
  ) {
    return last.bytes;
  }
  const parts: Buffer[] = [];
  for (const text of [collection, actor.user, actor.app]) {
    const bytes = Buffer.from(text, 'utf8');
    if (bytes.length > 0xffff)
      throw new EntryFormatError('a name is longer than 65,535 bytes', { name: text });
    const length = Buffer.allocUnsafe(2);
    length.writeUInt16LE(bytes.length, 0);
    parts.push(length, bytes);
  }
  const bytes = Buffer.concat(parts);
  lastTexts = { collection, user: actor.user, app: actor.app, bytes };
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

/** The id's own bytes; empty if the entry has none or its document holds it. */
function encodeId(entry: UnsealedEntry): Uint8Array {
  const number = OPERATION_NUMBERS[entry.operation];
  if (number >= 16) return NO_BYTES;
  if (entry.document !== null && entry.operation !== 'delete' && beginsWithId(entry.document))
    return NO_BYTES;
  return encodeDocument(new Map<string, Value>([['', entry.documentId]]));
}

/** Everything before the document, checksum left at zero. */
interface Head {
  readonly texts: Buffer;
  readonly id: Uint8Array;
  readonly length: number;
}

function headOf(entry: UnsealedEntry): Head {
  const texts = encodeTexts(entry.collection, entry.actor);
  const id = encodeId(entry);
  return { texts, id, length: TEXTS_START + texts.length + id.length };
}

function writeHead(entry: UnsealedEntry, head: Head, target: Buffer, at: number): void {
  target[at] = FORMAT;
  target[at + 1] = OPERATION_NUMBERS[entry.operation];
  target[at + 2] = (entry.document === null ? 0 : HAS_DOCUMENT) | (head.id.length === 0 ? 0 : HAS_ID);
  target[at + 3] = 0;
  target.writeUInt32LE(0, at + 4);
  target.writeUInt32LE(head.length, at + 8);
  writeU64(target, entry.lsn, at + 12);
  writeU64(target, entry.timestamp, at + 20);
  writeU64(target, entry.branchId, at + 28);
  writeU64(target, entry.prevLsn, at + 36);
  writeU64(target, entry.recordLsn, at + 44);
  target.writeUInt32LE(entry.commitLsn - entry.lsn, at + 52);
  target.set(head.texts, at + TEXTS_START);
  target.set(head.id, at + TEXTS_START + head.texts.length);
}

/** CRC-32 of a head as written (its checksum field left out) followed by a document. */
function checksumOf(head: Uint8Array, document: Uint8Array | null): number {
  let sum = crc32(head.subarray(0, 4));
  sum = crc32(head.subarray(8), sum);
  return document === null ? sum : crc32(document, sum);
}

let scratch = Buffer.allocUnsafeSlow(4096);

/** CRC-32 of the entry's canonical encoding. Reads the document where it lies, however large it is. */
export function entryChecksum(entry: UnsealedEntry): number {
  const head = headOf(entry);
  if (head.length > scratch.length) scratch = Buffer.allocUnsafeSlow(head.length);
  writeHead(entry, head, scratch, 0);
  return checksumOf(scratch.subarray(0, head.length), entry.document);
}

/** Whether the entry is what its checksum was computed from. */
export function verifyEntry(entry: Entry): boolean {
  return entryChecksum(entry) === entry.checksum;
}

/** The entry in its canonical encoding, checksum included as the entry carries it. */
export function encodeEntry(entry: Entry): Buffer {
  const head = headOf(entry);
  const bytes = Buffer.allocUnsafe(head.length + (entry.document?.length ?? 0));
  writeHead(entry, head, bytes, 0);
  bytes.writeUInt32LE(entry.checksum, 4);
  if (entry.document !== null) bytes.set(entry.document, head.length);
  return bytes;
}

/** Whether encoded bytes are what their checksum was computed from; cheaper than decoding. */
export function verifyEncodedEntry(bytes: Uint8Array): boolean {
  if (bytes.length < TEXTS_START) return false;
  const view = asBuffer(bytes);
  return checksumOf(view, null) === view.readUInt32LE(4);
}

/** The document's bytes within an encoded entry, not copied; undefined if it has none. */
export function documentOfEncoded(bytes: Uint8Array): Uint8Array | undefined {
  if ((bytes[2]! & HAS_DOCUMENT) === 0) return undefined;
  return bytes.subarray(bytes[8]! | (bytes[9]! << 8) | (bytes[10]! << 16) | (bytes[11]! << 24));
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

let lastDecoded: { bytes: Buffer; collection: string; actor: Actor } | undefined;

/** The texts that start at TEXTS_START; `length` is how many bytes they take. */
function decodeTexts(source: Buffer, limit: number): { collection: string; actor: Actor; length: number } {
  const last = lastDecoded;
  if (last !== undefined) {
    const length = last.bytes.length;
    if (
      TEXTS_START + length <= limit &&
      last.bytes.compare(source, TEXTS_START, TEXTS_START + length) === 0
    ) {
      return { collection: last.collection, actor: last.actor, length };
    }
  }
  let at = TEXTS_START;
  const next = (): string => {
    if (at + 2 > limit) throw new EntryFormatError('its texts are cut short');
    const end = at + 2 + source.readUInt16LE(at);
    if (end > limit) throw new EntryFormatError('its texts are cut short');
    const text = source.toString('utf8', at + 2, end);
    at = end;
    return text;
  };
  const collection = next();
  const actor: Actor = Object.freeze({ user: next(), app: next() });
  const length = at - TEXTS_START;
  lastDecoded = { bytes: Buffer.from(source.subarray(TEXTS_START, at)), collection, actor };
  return { collection, actor, length };
}

/**
 * The entry that these bytes encode; its document is a view of them, not a copy. The checksum is not verified.
 * @throws EntryFormatError
 */
export function decodeEntry(bytes: Uint8Array): Entry {
  const source = asBuffer(bytes);
  if (source.length < TEXTS_START) throw new EntryFormatError('it is cut short', { length: source.length });
  if (source[0] !== FORMAT) throw new EntryFormatError(`it has format ${source[0]}`, { format: source[0] });
  const operation = operationOfNumber(source[1]!);
  if (operation === undefined) throw new EntryFormatError(`it has the unknown operation number ${source[1]}`);
  const flags = source[2]!;
  const documentStart = source.readUInt32LE(8);
  if (documentStart < TEXTS_START || documentStart > source.length) {
    throw new EntryFormatError('its document starts outside of it');
  }
  const { collection, actor, length } = decodeTexts(source, documentStart);
  const document = flags & HAS_DOCUMENT ? source.subarray(documentStart) : null;
  const lsn = readU64(source, 12);
  let id: Value = null;
  if (flags & HAS_ID) {
    id = decodeDocument(source.subarray(TEXTS_START + length, documentStart)).get('') ?? null;
  } else if (source[1]! < 16 && document !== null) {
    id = documentId(document) ?? null;
  }
  return {
    lsn,
    timestamp: readU64(source, 20),
    branchId: readU64(source, 28),
    operation,
    collection,
    documentId: id,
    document,
    prevLsn: readU64(source, 36),
    recordLsn: readU64(source, 44),
    commitLsn: lsn + source.readUInt32LE(52),
    actor,
    checksum: source.readUInt32LE(4),
  };
}

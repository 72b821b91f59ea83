import { crc32 } from 'node:zlib';
import { META_BYTES, transactionOfMeta } from '../meta-pages';

/*
 * The journal's file has two slots of 512 KiB, each of which holds a generation; the one that begins from the newer
 * state counts. A slot, little endian:
 *
 *   0    'argonjnl'
 *   8    u32   checksum of the rest of the header
 *   12   u32   version
 *   16   8 B   the generation: random, so that nothing left over from another one looks like a record of this one
 *   24   176 B LMDB's meta record of the state that the generation begins from, which is on disk
 *   256        records, one for each transaction since, without gaps
 *
 * A record: u32 bytes of its changes, u32 checksum of generation, id and changes, u64 id of the transaction, changes.
 */
export const SLOTS = 2;
export const SLOT_BYTES = 512 * 1024;
const MAGIC = Buffer.from('argonjnl');
const VERSION = 1;
const GENERATION_AT = 16;
const GENERATION_BYTES = 8;
const META_AT = 24;
export const RECORDS_AT = 256;
export const RECORD_HEAD = 16;
/** What two headers of different generations differ in. */
export const HEADER_MARK = GENERATION_AT + GENERATION_BYTES;

/** What a slot begins with that holds no generation. */
export const NO_HEADER = Buffer.alloc(HEADER_MARK);

export interface Header {
  readonly generation: Buffer;
  /** LMDB's meta record of the state that this generation begins from. */
  readonly meta: Buffer;
  /** The id of the transaction that led to that state. */
  readonly base: number;
}

export interface JournalRecord {
  /** The id of the transaction. */
  readonly id: number;
  readonly changes: Buffer;
}

export function encodeHeader(generation: Buffer, meta: Buffer): Buffer {
  const header = Buffer.alloc(RECORDS_AT);
  MAGIC.copy(header);
  header.writeUInt32LE(VERSION, 12);
  generation.copy(header, GENERATION_AT);
  meta.copy(header, META_AT);
  header.writeUInt32LE(crc32(header.subarray(12)), 8);
  return header;
}

/** The header of a slot; undefined if there is none that is whole. */
function decodeHeader(slot: Buffer): Header | undefined {
  if (slot.length < RECORDS_AT || !MAGIC.equals(slot.subarray(0, MAGIC.length))) return undefined;
  const header = slot.subarray(0, RECORDS_AT);
  if (header.readUInt32LE(8) !== crc32(header.subarray(12)) || header.readUInt32LE(12) !== VERSION) {
    return undefined;
  }
  const meta = Buffer.from(header.subarray(META_AT, META_AT + META_BYTES));
  return {
    generation: Buffer.from(header.subarray(GENERATION_AT, GENERATION_AT + GENERATION_BYTES)),
    meta,
    base: transactionOfMeta(meta),
  };
}

/** Writes a record's head before its changes, into the bytes that are left free for it. */
export function sealRecord(record: Buffer, generation: Buffer, id: number): void {
  record.writeUInt32LE(record.length - RECORD_HEAD, 0);
  record.writeBigUInt64LE(BigInt(id), 8);
  record.writeUInt32LE(checksum(generation, record), 4);
}

/** The id of the transaction whose record begins with this head. */
export function idOf(head: Buffer): number {
  return Number(head.readBigUInt64LE(8));
}

/** The record at a place, if it is whole, of this generation and of this transaction. */
export function recordAt(
  slot: Buffer,
  at: number,
  { generation }: Pick<Header, 'generation'>,
  id: number,
): JournalRecord | undefined {
  if (at + RECORD_HEAD > slot.length) return undefined;
  const length = slot.readUInt32LE(at);
  if (at + RECORD_HEAD + length > slot.length || idOf(slot.subarray(at, at + RECORD_HEAD)) !== id) {
    return undefined;
  }
  const record = slot.subarray(at, at + RECORD_HEAD + length);
  if (record.readUInt32LE(4) !== checksum(generation, record)) return undefined;
  return { id, changes: record.subarray(RECORD_HEAD) };
}

/** All records of the generation that a slot holds. */
export function recordsOf(slot: Buffer, header: Header): readonly JournalRecord[] {
  const records: JournalRecord[] = [];
  for (let at = RECORDS_AT; ;) {
    const record = recordAt(slot, at, header, header.base + records.length + 1);
    if (record === undefined) return records;
    records.push(record);
    at += RECORD_HEAD + record.changes.length;
  }
}

/** The generation that counts, and the bytes of its slot. */
export function newestGeneration(
  file: Buffer,
): { readonly slot: number; readonly bytes: Buffer; readonly header: Header } | undefined {
  let newest: { slot: number; bytes: Buffer; header: Header } | undefined;
  for (let slot = 0; slot < SLOTS; slot++) {
    const bytes = file.subarray(slot * SLOT_BYTES, (slot + 1) * SLOT_BYTES);
    const header = decodeHeader(bytes);
    if (header !== undefined && header.base > (newest?.header.base ?? -1)) newest = { slot, bytes, header };
  }
  return newest;
}

function checksum(generation: Buffer, record: Buffer): number {
  return crc32(record.subarray(8), crc32(generation));
}

/*
 * Entries in LMDB lie in blocks: one entry of a small commit by itself, or as many neighbours of a branch's chain as
 * fill some pages. Their key is that of the last one. A block never changes; those of one entry are put together
 * when enough of them have come (pack.ts).
 *
 *   0 u32, little endian: CRC-32 of all that follows
 *   4 u8: the format (2) in the upper half; flag 1: the payloads are compressed (snappy)
 *   varints: the first LSN, the last LSN − the first, the first entry's time, the last one's − the first one's, how
 *     many entries, the bytes of their heads, the bytes of their payloads before compression
 *   heads, one after the other
 *   payloads, one after the other
 *
 * A head says what differs from the entry before it in the block (before the first: all is 0 and empty):
 *
 *   u8: flags, which of the following is there
 *   u32: the entry's checksum (entry/codec.ts), over its canonical encoding with the whole document
 *   varint: bytes of its payload
 *   GAP     varint: LSN − the LSN before − 1
 *   TIME    varint: milliseconds since the entry before; signed
 *   COMMIT  varint: commit LSN − LSN. Else: the commit of the entry before, or if that ended, one of its own
 *   TEXTS   varint: which of the block's texts; if it is the next new one: collection, user and app follow
 *   PREV    varint: how far back the previous version is, 0 if there is none; signed
 *   RECORD  varint: the same for the record's first version
 *   KIND    u8: the operation's number, u8: what the payload is
 *   BASE    varint: the branch on whose chain the previous version lies that a delta is of. Else: this branch
 *
 * The payload is the id, if it is not in the document, and the note, if there is one, as the BSON document
 * {"": id, n: note}, and then the document, or the
 * delta (delta/delta.ts) that makes it of the document at the previous version's LSN.
 */
export const BLOCK_FORMAT = 2;
export const COMPRESSED = 1;

export const GAP = 1;
export const TIME = 2;
export const COMMIT = 4;
export const TEXTS = 8;
export const PREV = 16;
export const RECORD = 32;
export const KIND = 64;
export const BASE = 128;

/** What a payload is. */
export const HAS_DOCUMENT = 1;
export const HAS_ID = 2;
export const IS_DELTA = 4;
export const HAS_NOTE = 8;
/** The payload begins with what is told beside the document. */
export const HAS_ASIDE = HAS_ID | HAS_NOTE;

/** CRC and format. */
export const BLOCK_PREFIX = 5;
/** The longest that a head gets without its texts: flags, checksum, kind, eight numbers. */
export const HEAD_MAX = 1 + 4 + 2 + 8 * 8;

/** A signed distance as a number without sign; exact for all LSNs up to 2^52. */
export function foldSign(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

export function unfoldSign(folded: number): number {
  return folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
}

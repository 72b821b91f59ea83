// Those who type-check this package by its sources do not list its files, so the declaration is named here.
// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="./crc32c.d.ts" />
import crc32c from 'crc-32/crc32c.js';

export const CHECKSUM_BYTES = 4;

/** CRC-32C (Castagnoli) of a message, as an int32: what an OP_MSG with `checksumPresent` ends with. */
export function checksumOf(bytes: Uint8Array): number {
  return crc32c.buf(bytes);
}

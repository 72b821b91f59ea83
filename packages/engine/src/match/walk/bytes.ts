import { BsonFormatError, elementValue } from '@argon/bson';
import type { Value } from '@argon/bson';

/** Type bytes of BSON that the walkers treat specially. */
export const BSON_DOCUMENT = 3;
export const BSON_ARRAY = 4;

/** Bytes of a value by its type: ≥ 0 fixed; otherwise one of the kinds below. */
const SIZES = new Int8Array(256).fill(-9);
const LENGTH_COUNTS_ITSELF = -1;
const LENGTH_PREFIXED = -2;
const BINARY = -3;
const REGULAR_EXPRESSION = -4;
const POINTER = -5;
for (const type of [6, 10, 127, 255]) SIZES[type] = 0;
for (const type of [1, 9, 17, 18]) SIZES[type] = 8;
for (const type of [2, 13, 14]) SIZES[type] = LENGTH_PREFIXED;
for (const type of [3, 4, 15]) SIZES[type] = LENGTH_COUNTS_ITSELF;
SIZES[5] = BINARY;
SIZES[7] = 12;
SIZES[8] = 1;
SIZES[11] = REGULAR_EXPRESSION;
SIZES[12] = POINTER;
SIZES[16] = 4;
SIZES[19] = 16;

export function int32At(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

/**
 * Where the value that starts at `start` ends. Trusts lengths: documents are validated once, when they come in, and
 * the log's checksums guard them from then on.
 *
 * @throws BsonFormatError for a byte that is not a BSON type.
 */
export function valueEnd(bytes: Uint8Array, type: number, start: number): number {
  const size = SIZES[type]!;
  if (size >= 0) return start + size;
  switch (size) {
    case LENGTH_COUNTS_ITSELF:
      return start + int32At(bytes, start);
    case LENGTH_PREFIXED:
      return start + 4 + int32At(bytes, start);
    case BINARY:
      return start + 5 + int32At(bytes, start);
    case REGULAR_EXPRESSION:
      return afterZero(bytes, afterZero(bytes, start));
    case POINTER:
      return start + 16 + int32At(bytes, start);
    default:
      throw new BsonFormatError(`0x${type.toString(16).padStart(2, '0')} is not a BSON type`, start);
  }
}

/** One past the first zero byte at or after `at`: where a field's value starts when `at` is in its name. */
export function afterZero(bytes: Uint8Array, at: number): number {
  while (at < bytes.length && bytes[at] !== 0) at++;
  return at + 1;
}

/**
 * Position of the type byte of the field `name` in the document that starts at `offset`; −1 if it has none. Its value
 * starts `name.length + 2` bytes later.
 */
export function findField(bytes: Uint8Array, offset: number, name: Uint8Array): number {
  const length = name.length;
  const limit = offset + int32At(bytes, offset) - 1;
  let at = offset + 4;
  while (at < limit) {
    let index = 0;
    let cursor = at + 1;
    while (index < length && bytes[cursor] === name[index]) {
      index++;
      cursor++;
    }
    if (bytes[cursor] === 0) {
      if (index === length) return at;
      cursor++;
    } else {
      cursor = afterZero(bytes, cursor);
    }
    const type = bytes[at]!;
    const size = SIZES[type]!;
    at = size >= 0 ? cursor + size : valueEnd(bytes, type, cursor);
  }
  return -1;
}

/** Decodes the value of this type at `start`; undefined for type 0, which stands for a missing field. */
export function decodeAt(bytes: Uint8Array, type: number, start: number): Value | undefined {
  if (type === 0) return undefined;
  return elementValue(bytes, { type, name: '', start, end: valueEnd(bytes, type, start) });
}

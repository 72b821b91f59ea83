import { BsonFormatError } from '../errors';

/** Little-endian signed 32-bit integer at `at`. Out of bounds reads give garbage; callers check against a limit. */
export function int32At(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

/**
 * Where the value of this type that starts at `start` ends (exclusive). Nothing is decoded.
 *
 * @param limit - Where the enclosing document's fields end; the value must end at or before it.
 * @throws BsonFormatError for an unknown type, or a length that leaves the enclosing document.
 */
export function elementEnd(bytes: Uint8Array, type: number, start: number, limit: number): number {
  let end: number;
  switch (type) {
    case 2: // string
    case 13: // code
    case 14: // symbol
      end = lengthAt(bytes, start, limit, 1) + 4;
      break;
    case 16: // int32
      end = start + 4;
      break;
    case 1: // double
    case 9: // date
    case 17: // timestamp
    case 18: // int64
      end = start + 8;
      break;
    case 7: // ObjectId
      end = start + 12;
      break;
    case 8: // boolean
      end = start + 1;
      break;
    case 3: // document
    case 4: // array
      end = lengthAt(bytes, start, limit, 5);
      break;
    case 10: // null
    case 6: // undefined
    case 255: // MinKey
    case 127: // MaxKey
      // No value, but the name before it must have ended inside of the document.
      end = start;
      break;
    case 5: // binary
      end = lengthAt(bytes, start, limit, 0) + 5;
      break;
    case 19: // decimal
      end = start + 16;
      break;
    case 11: // regular expression: two C strings
      end = cstringEnd(bytes, cstringEnd(bytes, start, limit), limit);
      break;
    case 12: // DBPointer
      end = lengthAt(bytes, start, limit, 1) + 16;
      break;
    case 15: // code with scope
      end = lengthAt(bytes, start, limit, 14);
      break;
    default:
      throw new BsonFormatError(`0x${type.toString(16).padStart(2, '0')} is not a BSON type`, start);
  }
  if (end > limit) throw new BsonFormatError('a value reaches beyond the end of its document', start);
  return end;
}

function lengthAt(bytes: Uint8Array, start: number, limit: number, least: number): number {
  if (start + 4 > limit) throw new BsonFormatError('a length reaches beyond the end of its document', start);
  const length = int32At(bytes, start);
  if (length < least || length > limit - start) {
    throw new BsonFormatError(`a length of ${length} does not fit its document`, start);
  }
  return start + length;
}

function cstringEnd(bytes: Uint8Array, start: number, limit: number): number {
  let at = start;
  while (at < limit && bytes[at] !== 0) at++;
  if (at >= limit) throw new BsonFormatError('a text has no end', start);
  return at + 1;
}

/**
 * Where the fields of the document that starts at `offset` end: the position of its closing zero byte.
 *
 * @throws BsonFormatError if its length is impossible or its closing byte is not zero.
 */
export function fieldsEnd(bytes: Uint8Array, offset: number): number {
  const length = bytes.length - offset < 5 ? 0 : int32At(bytes, offset);
  if (length < 5 || length > bytes.length - offset) {
    throw new BsonFormatError(`a document of ${length} bytes cannot lie in ${bytes.length - offset}`, offset);
  }
  const end = offset + length - 1;
  if (bytes[end] !== 0) throw new BsonFormatError('a document does not end with a zero byte', end);
  return end;
}

import { isUtf8 } from 'node:buffer';
import { BsonDepthError, BsonFormatError } from '../errors';
import { elementEnd, fieldsEnd, int32At } from '../raw/element-end';
import { asBuffer, zeroAt } from './text';

export interface ValidationOptions {
  /** How many levels of documents and arrays are taken; mongod's limit is 200. */
  readonly maxDepth?: number;
}

/**
 * Checks that the bytes are exactly one BSON document: lengths, closing zero bytes, types, booleans of 0 or 1, UTF-8,
 * nesting. After it, no other function of this package throws on these bytes.
 *
 * @throws BsonFormatError that says what is wrong and where; BsonDepthError
 */
export function validateDocument(bytes: Uint8Array, options: ValidationOptions = {}): void {
  const buffer = asBuffer(bytes);
  const end = validate(buffer, 0, options.maxDepth ?? 200);
  if (end !== buffer.length)
    throw new BsonFormatError(`${buffer.length - end} bytes follow the document`, end);
}

/** Returns where the document ends. */
function validate(bytes: Buffer, offset: number, levels: number): number {
  if (levels <= 0) throw new BsonDepthError(offset);
  const limit = fieldsEnd(bytes, offset);
  let position = offset + 4;
  while (position < limit) {
    const type = bytes[position]!;
    const nameEnd = zeroAt(bytes, position + 1, limit);
    if (nameEnd >= limit) throw new BsonFormatError('a field name has no end', position + 1);
    if (!isUtf8(bytes.subarray(position + 1, nameEnd)))
      throw new BsonFormatError('a field name is not UTF-8', position + 1);
    const end = elementEnd(bytes, type, nameEnd + 1, limit);
    validateValue(bytes, type, nameEnd + 1, end, levels);
    position = end;
  }
  return limit + 1;
}

function validateValue(bytes: Buffer, type: number, start: number, end: number, levels: number): void {
  switch (type) {
    case 2:
    case 13:
    case 14:
      validateString(bytes, start, end);
      break;
    case 3:
    case 4:
      validate(bytes, start, levels - 1);
      break;
    case 5:
      if (bytes[start + 4] === 2 && (end - start < 9 || int32At(bytes, start + 5) !== end - start - 9)) {
        throw new BsonFormatError('the two lengths of a binary value of subtype 2 differ', start);
      }
      break;
    case 8:
      if (bytes[start]! > 1) throw new BsonFormatError('a boolean is neither 0 nor 1', start);
      break;
    case 11:
      if (!isUtf8(bytes.subarray(start, end)))
        throw new BsonFormatError('a regular expression is not UTF-8', start);
      break;
    case 12:
      validateString(bytes, start, end - 12);
      break;
    case 15: {
      const codeEnd = elementEnd(bytes, 13, start + 4, end);
      validateString(bytes, start + 4, codeEnd);
      if (elementEnd(bytes, 3, codeEnd, end) !== end)
        throw new BsonFormatError('the lengths of a code with scope differ', start);
      validate(bytes, codeEnd, levels - 1);
      break;
    }
    default:
      break;
  }
}

function validateString(bytes: Buffer, start: number, end: number): void {
  if (bytes[end - 1] !== 0) throw new BsonFormatError('a string does not end with a zero byte', end - 1);
  if (!isUtf8(bytes.subarray(start + 4, end - 1))) throw new BsonFormatError('a string is not UTF-8', start);
}

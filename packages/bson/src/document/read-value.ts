import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import { BsonFormatError } from '../errors';
import { elementEnd, fieldsEnd, int32At } from '../raw/element-end';
import { BsonUndefined, DBPointer } from '../value';
import type { Doc, Value } from '../value';
import { makeDate } from './dates';
import { readNaN } from './nan';
import { readName, readText, zeroAt } from './text';

/** Deeper documents are refused, long before the stack ends. mongod stores at most 180 levels. */
const DEEPEST = 1000;

const doubleOut = new Float64Array(1);
const doubleBytes = new Uint8Array(doubleOut.buffer);
const MIN_KEY = new MinKey();
const MAX_KEY = new MaxKey();

/** Decodes the document at `offset`. Its bytes are never read beyond its own length. */
export function readDocument(bytes: Buffer, offset: number, depth: number): Doc {
  if (depth > DEEPEST)
    throw new BsonFormatError(`documents are nested more than ${DEEPEST} levels deep`, offset);
  const limit = fieldsEnd(bytes, offset);
  const doc: Doc = new Map();
  let position = offset + 4;
  while (position < limit) {
    const type = bytes[position]!;
    const nameEnd = zeroAt(bytes, position + 1, limit);
    const name = readName(bytes, position + 1, nameEnd);
    const end = elementEnd(bytes, type, nameEnd + 1, limit);
    doc.set(name, readValue(bytes, type, nameEnd + 1, end, depth));
    position = end;
  }
  return doc;
}

function readArray(bytes: Buffer, offset: number, depth: number): Value[] {
  if (depth > DEEPEST)
    throw new BsonFormatError(`arrays are nested more than ${DEEPEST} levels deep`, offset);
  const limit = fieldsEnd(bytes, offset);
  const array: Value[] = [];
  let position = offset + 4;
  while (position < limit) {
    const type = bytes[position]!;
    const start = zeroAt(bytes, position + 1, limit) + 1;
    position = elementEnd(bytes, type, start, limit);
    array.push(readValue(bytes, type, start, position, depth));
  }
  return array;
}

/** Decodes the value of this type in [start, end), as `elementEnd` found it. */
export function readValue(bytes: Buffer, type: number, start: number, end: number, depth: number): Value {
  switch (type) {
    case 1:
      return readDouble(bytes, start);
    case 2:
      return readText(bytes, start + 4, end - 1);
    case 3:
      return readDocument(bytes, start, depth + 1);
    case 4:
      return readArray(bytes, start, depth + 1);
    case 5:
      return readBinary(bytes, start, end);
    case 6:
      return BsonUndefined.VALUE;
    case 7:
      return readObjectId(bytes, start);
    case 8:
      return bytes[start] !== 0;
    case 9:
      return makeDate(int32At(bytes, start) >>> 0, int32At(bytes, start + 4));
    case 10:
      return null;
    case 11:
      return readRegExp(bytes, start, end);
    case 12:
      return new DBPointer(readText(bytes, start + 4, end - 13), readObjectId(bytes, end - 12));
    case 13:
      return new Code(readText(bytes, start + 4, end - 1));
    case 14:
      return new BSONSymbol(readText(bytes, start + 4, end - 1));
    case 15:
      return readCodeWithScope(bytes, start, end, depth);
    case 16:
      return int32At(bytes, start);
    case 17:
      return Timestamp.fromBits(int32At(bytes, start) >>> 0, int32At(bytes, start + 4) >>> 0);
    case 18:
      return new Long(int32At(bytes, start), int32At(bytes, start + 4));
    case 19:
      return new Decimal128(Buffer.from(bytes.subarray(start, end)));
    case 127:
      return MAX_KEY;
    case 255:
      return MIN_KEY;
    default:
      throw new BsonFormatError(`0x${type.toString(16).padStart(2, '0')} is not a BSON type`, start);
  }
}

function readDouble(bytes: Buffer, start: number): number | Double {
  for (let index = 0; index < 8; index++) doubleBytes[index] = bytes[start + index]!;
  const value = doubleOut[0]!;
  if (Number.isNaN(value)) return readNaN(doubleBytes);
  // A number whose value an int32 could hold would be written as one, so the type must be kept beside it.
  return value === (value | 0) && !(value === 0 && 1 / value < 0) ? new Double(value) : value;
}

/** js-bson's constructor as its own decoder calls it: bytes and an offset, which spares a subarray. */
const ObjectIdAt = ObjectId as unknown as new (bytes: Uint8Array, offset: number) => ObjectId;
const OBJECT_ID_TAKES_OFFSET = takesOffset();

function takesOffset(): boolean {
  const bytes = Buffer.from('ff00112233445566778899aabbff', 'hex');
  try {
    return new ObjectIdAt(bytes, 1).toHexString() === '00112233445566778899aabb';
  } catch {
    return false; // not a documented form; another release may lack it
  }
}

function readObjectId(bytes: Buffer, start: number): ObjectId {
  return OBJECT_ID_TAKES_OFFSET
    ? new ObjectIdAt(bytes, start)
    : new ObjectId(bytes.subarray(start, start + 12));
}

function readBinary(bytes: Buffer, start: number, end: number): Binary {
  const subType = bytes[start + 4]!;
  let from = start + 5;
  if (subType === Binary.SUBTYPE_BYTE_ARRAY) {
    // The old generic subtype holds its length a second time.
    if (end - from < 4 || int32At(bytes, from) !== end - from - 4) {
      throw new BsonFormatError('the two lengths of a binary value of subtype 2 differ', from);
    }
    from += 4;
  }
  return new Binary(Buffer.from(bytes.subarray(from, end)), subType);
}

function readRegExp(bytes: Buffer, start: number, end: number): BSONRegExp {
  const patternEnd = zeroAt(bytes, start, end);
  const regExp = new BSONRegExp(readText(bytes, start, patternEnd));
  // Not by the constructor: it sorts the options, and refuses some that mongod stores.
  regExp.options = readText(bytes, patternEnd + 1, end - 1);
  return regExp;
}

function readCodeWithScope(bytes: Buffer, start: number, end: number, depth: number): Code {
  const codeEnd = elementEnd(bytes, 13, start + 4, end);
  const scopeEnd = elementEnd(bytes, 3, codeEnd, end);
  if (scopeEnd !== end) throw new BsonFormatError('the lengths of a code with scope differ', start);
  return new Code(readText(bytes, start + 8, codeEnd - 1), readDocument(bytes, codeEnd, depth + 1));
}

import { isUtf8 } from 'node:buffer';
import { elements } from '@argon/bson';

/** mongod stores at most 180 levels; a record adds a few of its own. */
const DEEPEST = 150;
/** The one bit pattern of NaN that JavaScript writes. */
const NAN_LOW = 0;
const NAN_HIGH = 0x7ff80000;
/** What a Date can hold, in ms. */
const DATE_RANGE = 8.64e15;
const OLD_BINARY = 2;
const VECTOR = 9;

/**
 * Whether a driver that decodes this document and encodes it again arrives at the same bytes, and mongod takes it
 * inside of another document. False for duplicate field names, deprecated types, texts that are not UTF-8, dates that
 * JavaScript cannot hold, and the like; such documents are stored as bytes.
 */
export function isPlain(bytes: Uint8Array): boolean {
  try {
    return isPlainDocument(bytes, 0, bytes.length, false, 0);
  } catch {
    return false;
  }
}

function isPlainDocument(
  bytes: Uint8Array,
  start: number,
  end: number,
  isArray: boolean,
  depth: number,
): boolean {
  if (depth > DEEPEST || int32(bytes, start) !== end - start) return false;
  let count = 0;
  let names: Set<string> | undefined;
  let firstName = '';
  for (const element of elements(bytes, start)) {
    const { name } = element;
    // A name may have swallowed the zero byte that ends the document.
    if (element.end >= end) return false;
    if (isArray) {
      if (name !== String(count)) return false;
    } else {
      // A replacement character may stand for bytes that were not UTF-8.
      if (name.includes('\ufffd')) return false;
      if (count === 0) firstName = name;
      else {
        names ??= new Set([firstName]);
        if (names.has(name)) return false;
        names.add(name);
      }
    }
    if (!isPlainValue(bytes, element.type, element.start, element.end, depth)) return false;
    count += 1;
  }
  return true;
}

function isPlainValue(bytes: Uint8Array, type: number, start: number, end: number, depth: number): boolean {
  switch (type) {
    case 1: // double
      return isPlainDouble(bytes, start);
    case 2: // string
    case 13: // code
    case 14: // symbol
      return bytes[end - 1] === 0 && isUtf8(bytes.subarray(start + 4, end - 1));
    case 3: // document
      return isPlainDocument(bytes, start, end, false, depth + 1);
    case 4: // array
      return isPlainDocument(bytes, start, end, true, depth + 1);
    case 5: // binary; the old generic subtype has two lengths, and drivers look into vectors
      return bytes[start + 4] !== OLD_BINARY && bytes[start + 4] !== VECTOR;
    case 8: // boolean
      return bytes[start] === 0 || bytes[start] === 1;
    case 9: // date
      return isPlainDate(bytes, start);
    case 11: // regular expression
      return isPlainRegExp(bytes, start, end);
    case 7: // ObjectId
    case 10: // null
    case 16: // int32
    case 17: // timestamp
    case 18: // int64
    case 19: // decimal
    case 127: // MaxKey
    case 255: // MinKey
      return true;
    default: // undefined, DBPointer, code with scope
      return false;
  }
}

function isPlainDouble(bytes: Uint8Array, start: number): boolean {
  const high = int32(bytes, start + 4);
  if ((high & 0x7ff00000) !== 0x7ff00000) return true;
  const low = int32(bytes, start);
  const isInfinite = low === 0 && (high & 0x000fffff) === 0;
  return isInfinite || (low === NAN_LOW && high === NAN_HIGH);
}

function isPlainDate(bytes: Uint8Array, start: number): boolean {
  const milliseconds = int32(bytes, start + 4) * 2 ** 32 + (int32(bytes, start) >>> 0);
  return milliseconds >= -DATE_RANGE && milliseconds <= DATE_RANGE;
}

/** Drivers sort a regular expression's flags. */
function isPlainRegExp(bytes: Uint8Array, start: number, end: number): boolean {
  if (!isUtf8(bytes.subarray(start, end))) return false;
  let last = 0;
  for (let at = end - 2; at >= start && bytes[at] !== 0; at--) {
    const flag = bytes[at]!;
    if (last !== 0 && flag >= last) return false;
    last = flag;
  }
  return true;
}

function int32(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

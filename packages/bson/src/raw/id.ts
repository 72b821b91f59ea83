import { encodeDocument } from '../document/encode';
import { asBuffer } from '../document/text';
import { ObjectId } from 'bson';
import type { Value } from '../value';
import { elementValue, findElement } from './elements';

/** The `_id` of an encoded document, decoded; undefined if it has none. */
export function documentId(bytes: Uint8Array): Value | undefined {
  const element = findElement(bytes, '_id');
  return element && elementValue(bytes, element);
}

/**
 * The document with `_id` as its first field, as mongod stores it: unchanged if it is first already; moved to the
 * front if it stands later; else added with the value `id` (default: a new ObjectId).
 */
export function withIdFirst(bytes: Uint8Array, id?: Value): Uint8Array {
  const buffer = asBuffer(bytes);
  const element = findElement(bytes, '_id');
  if (element === undefined) {
    const head = encodeDocument(new Map<string, Value>([['_id', id ?? new ObjectId()]]));
    return joined(Buffer.from(head.subarray(4, head.length - 1)), buffer.subarray(4));
  }
  const elementStart = element.start - 5; // type byte, '_id', zero byte
  if (elementStart === 4) return bytes;
  const moved = buffer.subarray(elementStart, element.end);
  return joined(moved, buffer.subarray(4, elementStart), buffer.subarray(element.end));
}

/** A document of these parts of fields; the last part ends with the closing zero byte. */
function joined(...parts: readonly Uint8Array[]): Buffer {
  const length = Buffer.alloc(4);
  const whole = Buffer.concat([length, ...parts]);
  whole.writeInt32LE(whole.length);
  return whole;
}

import { RawDocument } from '../value';
import type { Doc, DocumentLike, Value } from '../value';
import { decodeDocument } from './decode';
import { encodeDocument } from './encode';

/**
 * The document with the decoder's types throughout: a Map of Maps, every number in its one form. A Doc is copied as
 * well, since it may hold `Int32`, `bigint` or RawDocument values.
 *
 * @throws BsonValueError for what has no BSON form.
 */
export function toDoc(like: DocumentLike): Doc {
  return decodeDocument(like instanceof RawDocument ? like.bytes : encodeDocument(like));
}

/**
 * The document as plain objects and arrays, for JavaScript users. Integer-like field names move to the front, as
 * JavaScript orders them; all other names, `__proto__` too, are ordinary properties.
 */
export function fromDoc(doc: Doc): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const [name, value] of doc) {
    if (name === '__proto__') {
      Object.defineProperty(object, name, {
        value: plain(value),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    } else {
      object[name] = plain(value);
    }
  }
  return object;
}

function plain(value: Value): unknown {
  if (value instanceof Map) return fromDoc(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof RawDocument) return fromDoc(decodeDocument(value.bytes));
  return value;
}

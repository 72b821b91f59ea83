import { readValue } from '../document/read-value';
import { asBuffer, readName, zeroAt } from '../document/text';
import { BsonFormatError } from '../errors';
import type { Value } from '../value';
import { elementEnd, fieldsEnd } from './element-end';

/** A field of an encoded document: its BSON type byte (MinKey is 255), and where its value's bytes lie. */
export interface RawElement {
  readonly type: number;
  readonly name: string;
  /** First byte of the value, in the buffer that was searched. */
  readonly start: number;
  /** One past the value's last byte. */
  readonly end: number;
}

/**
 * The field `name` of the document that starts at `offset`; undefined if it has none. Other fields are skipped, not
 * decoded.
 *
 * @throws BsonFormatError if damaged bytes come before the field.
 */
export function findElement(bytes: Uint8Array, name: string, offset = 0): RawElement | undefined {
  const limit = fieldsEnd(bytes, offset);
  const length = name.length;
  let position = offset + 4;
  while (position < limit) {
    const type = bytes[position]!;
    let at = position + 1;
    let index = 0;
    while (index < length) {
      const code = name.charCodeAt(index);
      if (code !== bytes[at] || code === 0) break;
      if (code > 127) return findByBytes(bytes, name, offset);
      at++;
      index++;
    }
    if (index < length && name.charCodeAt(index) > 127) return findByBytes(bytes, name, offset);
    const found = index === length && bytes[at] === 0;
    if (!found) at = zeroAt(bytes, at, limit);
    const end = elementEnd(bytes, type, at + 1, limit);
    if (found) return { type, name, start: at + 1, end };
    position = end;
  }
  return undefined;
}

/** The same for names that are not ASCII: compares bytes. */
function findByBytes(bytes: Uint8Array, name: string, offset: number): RawElement | undefined {
  const wanted = Buffer.from(name);
  const buffer = asBuffer(bytes);
  const limit = fieldsEnd(bytes, offset);
  let position = offset + 4;
  while (position < limit) {
    const nameEnd = zeroAt(bytes, position + 1, limit);
    const type = bytes[position]!;
    const end = elementEnd(bytes, type, nameEnd + 1, limit);
    if (wanted.compare(buffer, position + 1, nameEnd) === 0) return { type, name, start: nameEnd + 1, end };
    position = end;
  }
  return undefined;
}

/**
 * The fields of the document that starts at `offset`, in order; of an array, its items, named '0', '1', …
 *
 * @throws BsonFormatError, when reached, for damaged bytes.
 */
export function elements(bytes: Uint8Array, offset = 0): Iterable<RawElement> {
  return { [Symbol.iterator]: () => new ElementIterator(asBuffer(bytes), offset) };
}

class ElementIterator implements IterableIterator<RawElement> {
  readonly #bytes: Buffer;
  readonly #limit: number;
  #position: number;

  constructor(bytes: Buffer, offset: number) {
    this.#bytes = bytes;
    this.#limit = fieldsEnd(bytes, offset);
    this.#position = offset + 4;
  }

  next(): IteratorResult<RawElement, undefined> {
    const bytes = this.#bytes;
    const position = this.#position;
    if (position >= this.#limit) return { done: true, value: undefined };
    const type = bytes[position]!;
    const nameEnd = zeroAt(bytes, position + 1, this.#limit);
    const end = elementEnd(bytes, type, nameEnd + 1, this.#limit);
    this.#position = end;
    return {
      done: false,
      value: { type, name: readName(bytes, position + 1, nameEnd), start: nameEnd + 1, end },
    };
  }

  [Symbol.iterator](): this {
    return this;
  }
}

/** Decodes one field's value; `bytes` is the buffer that the element was found in. */
export function elementValue(bytes: Uint8Array, element: RawElement): Value {
  return readValue(asBuffer(bytes), element.type, element.start, element.end, 0);
}

/**
 * The encoded document or array that a field holds, sharing memory with `bytes`.
 *
 * @throws BsonFormatError if the field holds neither.
 */
export function documentAt(bytes: Uint8Array, element: RawElement): Uint8Array {
  if (element.type !== 3 && element.type !== 4) {
    throw new BsonFormatError(`field '${element.name}' holds neither a document nor an array`, element.start);
  }
  return bytes.subarray(element.start, element.end);
}

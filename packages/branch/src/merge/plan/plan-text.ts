import {
  decodeDocument,
  encodeDocument,
  isIdentical,
  Long,
  parseEjson,
  stringifyEjson,
  type Doc,
  type Value,
} from '@argon/bson';
import { createHash } from 'node:crypto';
import { wrappedBytes, wrapper } from '../../document/bson-wrapper';

/** The fields that a person may change, or that follow from the others. */
const NOT_CHECKED = ['decision', 'check'];

/** A field of a line, and its value as text. */
export type TextField = readonly [name: string, text: string];

/** A line of a plan; its last field, `check`, tells when the others were changed or damaged. */
export function planLine(fields: readonly TextField[]): string {
  const parts = fields.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',');
  const check = checkOf(parseEjson(`{${parts}}`) as Doc);
  return `{${parts},"check":"${check}"}`;
}

/** What `check` must say. A line that was only spaced otherwise has the same. */
export function checkOf(line: Doc): string {
  const checked = new Map([...line].filter(([name]) => !NOT_CHECKED.includes(name)));
  return createHash('sha256').update(encodeDocument(checked)).digest('hex').slice(0, 8);
}

/**
 * A document as text that reads back to the byte: Extended JSON, relaxed if that does, or else canonical; one that Extended
 * JSON cannot hold (with a field twice, or fields named like its own wrappers) is BSON in base64, as `bson`.
 */
export function documentText(bytes: Uint8Array): string {
  const document = decodeDocument(bytes);
  const text = textOf(document, (read) => read instanceof Map && isSame(encodeDocument(read), bytes));
  return text !== undefined && wrappedBytes(document) === undefined ? text : stringifyEjson(wrapper(bytes));
}

/** The same for any value; what Extended JSON cannot hold is the field `value` of a document in BSON. */
export function valueText(value: Value): string {
  const text = textOf(value, (read) => isIdentical(read, value));
  return text !== undefined && wrappedBytes(value) === undefined
    ? text
    : stringifyEjson(wrapper(encodeDocument(new Map([['value', value]]))));
}

/** What stands where `documentText` wrote a document. @throws BsonError for a wrapper with something else in it */
export function documentBytes(held: Doc): Uint8Array {
  const wrapped = wrappedBytes(held);
  if (wrapped === undefined) return encodeDocument(held);
  decodeDocument(wrapped);
  return wrapped;
}

/** What stands where `valueText` wrote a value. @throws BsonError for a wrapper with something else in it */
export function heldValue(held: Value): Value | undefined {
  const wrapped = wrappedBytes(held);
  return wrapped === undefined ? held : decodeDocument(wrapped).get('value');
}

function textOf(value: Value, isRight: (read: Value) => boolean): string | undefined {
  const ways = [
    () => stringifyEjson(value),
    () => stringifyEjson(withLongsMarked(value)),
    () => stringifyEjson(value, { relaxed: false }),
  ];
  for (const write of ways) {
    const text = write();
    try {
      if (isRight(parseEjson(text))) return text;
    } catch {
      // It is not even Extended JSON.
    }
  }
  return undefined;
}

/** Relaxed text has one kind of integer; an int64 that an int32 could hold needs its type beside it. */
function withLongsMarked(value: Value): Value {
  if (value instanceof Map) {
    return new Map([...value].map(([name, each]) => [name, withLongsMarked(each)]));
  }
  if (Array.isArray(value)) return value.map(withLongsMarked);
  return value instanceof Long ? new Map([['$numberLong', value.toString()]]) : value;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

import { bsonType } from 'bson';
import type { Code, DBRef } from 'bson';
import { BsonValueError } from '../errors';
import type { DocumentLike, RawDocument } from '../value';
import { withoutZero, writeBinary, writeDate, writeNumber, writeRegExp, writeScalar } from './write-value';
import { Writer } from './writer';

/** Deeper documents are refused, long before the stack ends. */
const DEEPEST = 1000;
/** A buffer this large is not kept for the next document. */
const KEPT_CAPACITY = 1 << 20;

let spare: Writer | undefined = new Writer(1 << 16);

/**
 * Encodes a document. Fields of plain objects that are `undefined` (or functions, or symbols) are left out, as the
 * official driver does; in arrays they become null. JavaScript's RegExp, Uint8Array (binary, subtype 0), DBRef and
 * objects with `toBSON()` are taken as well.
 *
 * @throws BsonValueError for what has no BSON form: an invalid Date, a zero byte in a field name, a cycle.
 */
export function encodeDocument(doc: DocumentLike): Uint8Array {
  const tagged = tagOf(doc);
  if (tagged === 'RawDocument') return (doc as RawDocument).bytes;
  // `toBSON()` may encode another document meanwhile; that one finds no spare writer and makes its own.
  const writer = spare ?? new Writer(1 << 12);
  spare = undefined;
  writer.position = 0;
  try {
    writeDocument(writer, doc, 0);
    return Buffer.from(writer.bytes.subarray(0, writer.position));
  } finally {
    if (writer.bytes.length <= KEPT_CAPACITY) spare = writer;
    else spare = new Writer(1 << 16);
  }
}

function tagOf(value: object): string | undefined {
  return (value as { [bsonType]?: string })[bsonType];
}

function writeDocument(writer: Writer, doc: object, depth: number): void {
  if (depth > DEEPEST)
    throw new BsonValueError(`it is nested more than ${DEEPEST} levels deep, or in a cycle`, '');
  const start = writer.position;
  writer.reserve(5);
  writer.position += 4;
  if (doc instanceof Map) {
    for (const [name, value] of doc)
      writeValue(writer, withoutZero(name as string, name as string), value, depth);
  } else {
    for (const name of Object.keys(doc)) {
      writeValue(writer, withoutZero(name, name), (doc as Record<string, unknown>)[name], depth);
    }
  }
  writer.byte(0);
  writer.int32At(writer.position - start, start);
}

function writeArray(writer: Writer, array: readonly unknown[], depth: number): void {
  if (depth > DEEPEST)
    throw new BsonValueError(`it is nested more than ${DEEPEST} levels deep, or in a cycle`, '');
  const start = writer.position;
  writer.reserve(5);
  writer.position += 4;
  for (let index = 0; index < array.length; index++) {
    const before = writer.position;
    writeValue(writer, indexName(index), array[index], depth);
    if (writer.position === before) writer.header(10, indexName(index));
  }
  writer.byte(0);
  writer.int32At(writer.position - start, start);
}

const INDEX_NAMES = Array.from({ length: 1000 }, (_, index) => String(index));

function indexName(index: number): string {
  return INDEX_NAMES[index] ?? String(index);
}

function writeValue(writer: Writer, name: string, value: unknown, depth: number): void {
  switch (typeof value) {
    case 'string':
      writer.header(2, name);
      writer.string(value);
      return;
    case 'number':
      writeNumber(writer, name, value);
      return;
    case 'boolean':
      writer.header(8, name);
      writer.byte(value ? 1 : 0);
      return;
    case 'bigint':
      if (BigInt.asIntN(64, value) !== value) throw new BsonValueError(`${value} does not fit 64 bits`, name);
      writer.header(18, name);
      writer.int64(value);
      return;
    case 'object':
      if (value === null) writer.header(10, name);
      else writeObject(writer, name, value, depth);
      return;
    default:
      return; // undefined, function, symbol: as if the field were not there
  }
}

function writeObject(writer: Writer, name: string, value: object, depth: number): void {
  if (value instanceof Map) {
    writer.header(3, name);
    writeDocument(writer, value, depth + 1);
    return;
  }
  if (Array.isArray(value)) {
    writer.header(4, name);
    writeArray(writer, value, depth + 1);
    return;
  }
  const tag = tagOf(value);
  if (tag !== undefined) {
    writeTagged(writer, name, tag, value, depth);
  } else if (value instanceof Date) {
    writeDate(writer, name, value);
  } else if (value instanceof Uint8Array) {
    writeBinary(writer, name, value, 0);
  } else if (value instanceof RegExp) {
    writeRegExp(writer, name, value);
  } else if ('toBSON' in value && typeof value.toBSON === 'function') {
    writeValue(writer, name, value.toBSON(), depth + 1);
  } else {
    writer.header(3, name);
    writeDocument(writer, value, depth + 1);
  }
}

function writeTagged(writer: Writer, name: string, tag: string, value: object, depth: number): void {
  if (tag === 'Code' && (value as Code).scope !== null) {
    writer.header(15, name);
    const start = writer.position;
    writer.reserve(4);
    writer.position += 4;
    writer.string((value as Code).code);
    writeDocument(writer, (value as Code).scope!, depth + 1);
    writer.int32At(writer.position - start, start);
  } else if (tag === 'RawDocument') {
    writer.header(3, name);
    writer.raw((value as RawDocument).bytes);
  } else if (tag === 'DBRef') {
    const { collection, oid, db, fields } = value as DBRef;
    const parts = { $ref: collection, $id: oid, ...(db === undefined ? {} : { $db: db }), ...fields };
    writer.header(3, name);
    writeDocument(writer, parts, depth + 1);
  } else if (!writeScalar(writer, name, tag, value)) {
    throw new BsonValueError(`'${tag}' is not a BSON type known here`, name);
  }
}

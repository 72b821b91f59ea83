import {
  bsonTypeName,
  dateMilliseconds,
  toDoc,
  toNumber,
  type Doc,
  type NumberValue,
  type Value,
} from '@argon/bson';
import type { BSONRegExp, Binary, Code, DBPointer, ObjectId, Timestamp } from '@argon/bson';
import { doubleText } from './double-text';

/**
 * Values as mongod writes them in error messages (`BSONElement::toString`): close to the shell's notation, long
 * strings and binaries cut, nothing escaped.
 */
export function valueText(value: Value, depth = 0): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return `"${cut(value, 160, 150)}"`;
  if (Array.isArray(value)) return arrayText(value, depth);
  if (value instanceof Map) return documentText(value, depth);
  return scalarText(value);
}

/** `a: 1` */
export function fieldText(name: string, value: Value): string {
  return `${name}: ${valueText(value)}`;
}

/** `{a: 1}` */
export function elementText(name: string, value: Value): string {
  return `{${fieldText(name, value)}}`;
}

/** `{_id: 1}`: how messages point at a document. */
export function documentIdText(id: Value | undefined): string {
  return id === undefined ? '{no id}' : elementText('_id', id);
}

const MAX_DEPTH = 99;

function documentText(document: Doc, depth: number): string {
  if (document.size === 0) return '{}';
  if (depth > MAX_DEPTH) return '{ ... }';
  return `{ ${[...document].map(([name, value]) => `${name}: ${valueText(value, depth + 1)}`).join(', ')} }`;
}

function arrayText(array: readonly Value[], depth: number): string {
  if (array.length === 0) return '[]';
  if (depth > MAX_DEPTH) return '[ ... ]';
  return `[ ${array.map((value) => valueText(value, depth + 1)).join(', ')} ]`;
}

function scalarText(value: Value): string {
  switch (bsonTypeName(value)) {
    case 'double':
      return doubleText(toNumber(value as NumberValue));
    case 'date':
      return `new Date(${dateMilliseconds(value as Date)})`;
    case 'objectId':
      return `ObjectId('${(value as ObjectId).toHexString()}')`;
    case 'binData':
      return binaryText(value as Binary);
    case 'regex':
      return `/${(value as BSONRegExp).pattern}/${(value as BSONRegExp).options}`;
    case 'timestamp':
      return `Timestamp(${(value as Timestamp).t}, ${(value as Timestamp).i})`;
    case 'minKey':
      return 'MinKey';
    case 'maxKey':
      return 'MaxKey';
    case 'undefined':
      return 'undefined';
    case 'symbol':
      return `"${cut(String(value), 160, 150)}"`;
    case 'javascript':
      return cut((value as Code).code, 80, 70);
    case 'javascriptWithScope':
      return `CodeWScope( ${(value as Code).code}, ${documentText(toDoc((value as Code).scope!), 0)})`;
    case 'dbPointer':
      return `DBRef('${(value as DBPointer).namespace}',${(value as DBPointer).id.toHexString()})`;
    default:
      return String(value);
  }
}

function binaryText(binary: Binary): string {
  const bytes = binary.buffer.subarray(0, binary.position);
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
  if (binary.sub_type === 4 && bytes.length === 16) {
    return `UUID("${hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')}")`;
  }
  const shown = bytes.length > 80 ? `${hex.slice(0, 140)}...` : hex;
  return `BinData(${binary.sub_type}, ${shown.toUpperCase()})`;
}

/** Cut by bytes, as mongod does it, so a character at the edge may be lost. */
function cut(text: string, from: number, to: number): string {
  if (text.length < from / 3) return text;
  const bytes = Buffer.from(text);
  return bytes.length < from ? text : `${bytes.subarray(0, to).toString()}...`;
}

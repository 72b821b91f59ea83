import {
  BSONRegExp,
  BSONSymbol,
  Binary,
  BsonUndefined,
  Code,
  DBPointer,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  RawDocument,
  Timestamp,
  type Doc,
  type Value,
} from '@argon/bson';
import { describeDate } from './date/iso-date';

/** A value as mongod prints it in messages: `"text"`, `5`, `[ 1, 2 ]`, `{ a: 1 }`, `ObjectId('…')`. */
export function describeValue(value: Value | undefined): string {
  switch (typeof value) {
    case 'undefined':
      return 'MISSING';
    case 'string':
      return `"${value}"`;
    case 'number':
      return describeDouble(value);
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      return value === null ? 'null' : describeObject(value);
  }
}

export function describeDocument(document: Doc): string {
  if (document.size === 0) return '{}';
  const fields = [...document].map(([name, value]) => `${name}: ${describeElement(value)}`);
  return `{ ${fields.join(', ')} }`;
}

/** An element as the shell prints it, which is how messages about a whole specification show it. */
export function describeElement(value: Value): string {
  if (value instanceof Map) return describeDocument(value);
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[ ${value.map(describeElement).join(', ')} ]`;
  if (value instanceof ObjectId) return `ObjectId('${value.toHexString()}')`;
  if (value instanceof Double || (typeof value === 'number' && !Number.isInteger(value))) {
    return describeShellDouble(Number(value));
  }
  return describeValue(value);
}

function describeObject(value: object): string {
  if (value instanceof Map) return describeFields(value as Doc);
  if (Array.isArray(value)) {
    return value.length === 0
      ? '[]'
      : `[${value.map((element) => describeValue(element as Value)).join(', ')}]`;
  }
  if (value instanceof Date) return describeDate(value);
  if (value instanceof Double || value instanceof Int32) return describeDouble(value.value);
  if (value instanceof Long || value instanceof Decimal128) return value.toString();
  if (value instanceof ObjectId) return value.toHexString();
  if (value instanceof BSONRegExp) return `/${value.pattern}/${value.options}`;
  if (value instanceof Timestamp) return `Timestamp(${value.high >>> 0}, ${value.low >>> 0})`;
  if (value instanceof Binary) {
    return `BinData(${value.sub_type}, "${Buffer.from(value.value()).toString('hex').toUpperCase()}")`;
  }
  if (value instanceof Code) return describeCode(value);
  if (value instanceof BSONSymbol) return `Symbol("${value.value}")`;
  if (value instanceof DBPointer) return `DBRef("${value.namespace}", ${value.id.toHexString()})`;
  if (value instanceof MinKey) return 'MinKey';
  if (value instanceof MaxKey) return 'MaxKey';
  if (value instanceof BsonUndefined) return 'undefined';
  return value instanceof RawDocument ? '{ … }' : String(value);
}

function describeFields(document: Doc): string {
  return `{${[...document].map(([name, value]) => `${name}: ${describeValue(value)}`).join(', ')}}`;
}

function describeDouble(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return String(value);
}

function describeShellDouble(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? value.toFixed(1) : describeDouble(value);
}

function describeCode(value: Code): string {
  if (value.scope === null || value.scope === undefined) return `Code("${value.code}")`;
  return `CodeWScope("${value.code}", …)`;
}

import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  bsonTypeNumber,
  Code,
  dateMilliseconds,
  DBPointer,
  Double,
  ObjectId,
  Timestamp,
  toDoc,
} from '@argon/bson';
import type { Doc, DocumentLike, Value } from '@argon/bson';

/** A named value as mongod's messages show it: `$size: 1.5`. */
export function describeElement(name: string, value: Value): string {
  return `${name}: ${describeValue(value)}`;
}

/** A value as mongod's messages show it: `{ a: 1.0, b: [ "x" ] }`. */
export function describeValue(value: Value): string {
  if (typeof value === 'string') return `"${value}"`;
  if (value === null || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[ ${value.map(describeValue).join(', ')} ]`;
  if (value instanceof Map) return describeDocument(value);
  if (value instanceof ObjectId) return `ObjectId('${value.toHexString()}')`;
  if (value instanceof Date) return `new Date(${dateMilliseconds(value)})`;
  if (value instanceof Binary) return describeBinary(value);
  if (value instanceof BSONRegExp) return `/${value.pattern}/${value.options}`;
  if (value instanceof BSONSymbol) return `"${value.toString()}"`;
  if (value instanceof Timestamp) return `Timestamp(${value.high >>> 0}, ${value.low >>> 0})`;
  if (value instanceof Code) return describeCode(value);
  if (value instanceof DBPointer) return `DBRef('${value.namespace}',${value.id.toHexString()})`;
  switch (bsonTypeNumber(value)) {
    case 1:
      return describeDouble(value instanceof Double ? value.value : (value as number));
    case -1:
      return 'MinKey';
    case 127:
      return 'MaxKey';
    case 6:
      return 'undefined';
    default:
      return String(value);
  }
}

function describeBinary(value: Binary): string {
  const hex = Buffer.from(value.value()).toString('hex');
  if (value.sub_type !== Binary.SUBTYPE_UUID || hex.length !== 32) {
    return `BinData(${value.sub_type}, ${hex.toUpperCase()})`;
  }
  return `UUID("${hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}")`;
}

function describeCode(value: Code): string {
  const scope: unknown = value.scope;
  if (scope === null || scope === undefined) return value.code;
  return `CodeWScope( ${value.code}, ${describeDocument(toDoc(scope as DocumentLike))})`;
}

function describeDocument(document: Doc): string {
  if (document.size === 0) return '{}';
  return `{ ${[...document].map(([name, value]) => describeElement(name, value)).join(', ')} }`;
}

function describeDouble(value: number): string {
  const text = formatDouble(value);
  return text.includes('.') ? text : `${text}.0`;
}

/** A double as C's `%.16g` prints it. */
export function formatDouble(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '', exponent = '0'] = value.toExponential(15).split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 16) return trimZeros(value.toFixed(Math.min(100, 15 - power)));
  return `${trimZeros(mantissa)}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

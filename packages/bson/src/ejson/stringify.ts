import { bsonType } from 'bson';
import type {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  ObjectId,
  Timestamp,
} from 'bson';
import { dateMilliseconds } from '../document/dates';
import { decodeDocument } from '../document/decode';
import { isInt32 } from '../numeric/kinds';
import type { DBPointer, RawDocument, Value } from '../value';

export interface StringifyOptions {
  /** Plain numbers and ISO dates where JSON can hold them (default), instead of a wrapper around every type. */
  readonly relaxed?: boolean;
  /** Spaces per level; 0 (default) writes one line. */
  readonly indent?: number;
}

/**
 * Writes Extended JSON v2. Canonical text (`relaxed: false`) reads back as exactly the same value; relaxed text does
 * too, but for an int64 that fits an int32. Doubles keep a fraction (`1.0`) in both.
 */
export function stringifyEjson(
  value: Value | Readonly<Record<string, unknown>>,
  options: StringifyOptions = {},
): string {
  const indent = ' '.repeat(options.indent ?? 0);
  return write(value, { relaxed: options.relaxed ?? true, indent }, indent === '' ? '' : '\n');
}

interface Style {
  readonly relaxed: boolean;
  readonly indent: string;
}

/** `line` is what starts a line at this level: '' when everything goes on one. */
function write(value: unknown, style: Style, line: string): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'boolean':
      return String(value);
    case 'number':
      return isInt32(value) ? writeInt(value, style) : writeDouble(value, style);
    case 'bigint':
      return writeLong(value, style);
    case 'object':
      if (value === null) return 'null';
      break;
    default:
      return 'null';
  }
  if (value instanceof Map) return writeObject(value.entries(), style, line);
  if (Array.isArray(value)) {
    const items = value.map((item) => write(item, style, deeper(style, line)));
    return enclose('[', items, ']', style, line);
  }
  if (value instanceof Date) return writeDate(value, style);
  const tag = (value as { [bsonType]?: string })[bsonType];
  if (tag === undefined) {
    const entries = Object.entries(value).filter(([, field]) => field !== undefined);
    return writeObject(entries, style, line);
  }
  return writeTagged(tag, value, style, line);
}

function deeper(style: Style, line: string): string {
  return line === '' ? '' : line + style.indent;
}

function enclose(open: string, parts: readonly string[], close: string, style: Style, line: string): string {
  if (parts.length === 0) return open + close;
  const inner = deeper(style, line);
  return open + inner + parts.join(',' + inner) + line + close;
}

function writeObject(entries: Iterable<[string, unknown]>, style: Style, line: string): string {
  const colon = line === '' ? ':' : ': ';
  const parts: string[] = [];
  for (const [name, value] of entries)
    parts.push(JSON.stringify(name) + colon + write(value, style, deeper(style, line)));
  return enclose('{', parts, '}', style, line);
}

function wrap(key: string, value: unknown): string {
  return JSON.stringify({ [key]: value });
}

function writeInt(value: number, { relaxed }: Style): string {
  return relaxed ? String(value) : wrap('$numberInt', String(value));
}

function writeLong(value: bigint, { relaxed }: Style): string {
  return relaxed ? String(value) : wrap('$numberLong', String(value));
}

function writeDouble(value: number, { relaxed }: Style): string {
  let text = Object.is(value, -0) ? '-0.0' : String(value);
  if (/^-?\d+$/.test(text)) text += '.0';
  return relaxed && Number.isFinite(value) ? text : wrap('$numberDouble', text);
}

function writeDate(date: Date, { relaxed }: Style): string {
  const milliseconds = dateMilliseconds(date);
  const year = date.getUTCFullYear();
  if (relaxed && year >= 1970 && year <= 9999) return wrap('$date', date.toISOString().replace('.000Z', 'Z'));
  return wrap('$date', { $numberLong: String(milliseconds) });
}

function writeTagged(tag: string, value: object, style: Style, line: string): string {
  switch (tag) {
    case 'RawDocument':
      return write(decodeDocument((value as RawDocument).bytes), style, line);
    case 'Double':
      return writeDouble((value as Double).value, style);
    case 'Int32':
      return writeInt((value as Int32).value, style);
    case 'Long':
      return writeLong(BigInt.asIntN(64, (value as Long).toBigInt()), style);
    case 'Decimal128':
      return wrap('$numberDecimal', (value as Decimal128).toString());
    case 'ObjectId':
      return wrap('$oid', (value as ObjectId).toHexString());
    case 'Binary': {
      const { sub_type } = value as Binary;
      const base64 = Buffer.from((value as Binary).value()).toString('base64');
      return wrap('$binary', { base64, subType: sub_type.toString(16).padStart(2, '0') });
    }
    case 'Timestamp':
      return wrap('$timestamp', { t: (value as Timestamp).high >>> 0, i: (value as Timestamp).low >>> 0 });
    case 'BSONRegExp': {
      const { pattern, options } = value as BSONRegExp;
      return wrap('$regularExpression', { pattern, options });
    }
    case 'BSONSymbol':
      return wrap('$symbol', (value as BSONSymbol).value);
    case 'Code': {
      const { code, scope } = value as Code;
      const entries: [string, unknown][] = [['$code', code]];
      if (scope !== null) entries.push(['$scope', scope]);
      return writeObject(entries, style, line);
    }
    case 'DBPointer': {
      const { namespace, id } = value as DBPointer;
      return wrap('$dbPointer', { $ref: namespace, $id: { $oid: id.toHexString() } });
    }
    case 'BsonUndefined':
      return wrap('$undefined', true);
    case 'MinKey':
      return wrap('$minKey', 1);
    case 'MaxKey':
      return wrap('$maxKey', 1);
    case 'DBRef':
      return write((value as { toJSON(): object }).toJSON(), style, line);
    default:
      throw new TypeError(`'${tag}' is not a BSON type known here`);
  }
}

import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  UUID,
} from 'bson';
import { makeDate } from '../document/dates';
import { makeDouble, numericKind } from '../numeric/kinds';
import type { NumberValue } from '../numeric/kinds';
import { toBigInt } from '../numeric/arithmetic';
import { BsonUndefined, DBPointer } from '../value';
import type { Doc, Value } from '../value';

/** Reports a malformed wrapper, at its place in the text. */
type Fail = (problem: string) => never;

/** Type wrappers of Extended JSON v2 by their key, with their other keys. */
const WRAPPERS: ReadonlyMap<string, { others: readonly string[]; read: (doc: Doc, fail: Fail) => Value }> =
  new Map([
    ['$oid', { others: [], read: readObjectId }],
    ['$numberInt', { others: [], read: readInt }],
    [
      '$numberLong',
      { others: [], read: (doc, fail) => Long.fromBigInt(readInt64(doc.get('$numberLong'), fail)) },
    ],
    ['$numberDouble', { others: [], read: readDouble }],
    ['$numberDecimal', { others: [], read: readDecimal }],
    ['$binary', { others: ['$type'], read: readBinary }],
    ['$uuid', { others: [], read: readUuid }],
    ['$date', { others: [], read: readDate }],
    ['$timestamp', { others: [], read: readTimestamp }],
    ['$regularExpression', { others: [], read: readRegExp }],
    ['$symbol', { others: [], read: (doc, fail) => new BSONSymbol(text(doc, '$symbol', fail)) }],
    ['$code', { others: ['$scope'], read: readCode }],
    ['$dbPointer', { others: [], read: readDBPointer }],
    ['$undefined', { others: [], read: () => BsonUndefined.VALUE }],
    ['$minKey', { others: [], read: () => new MinKey() }],
    ['$maxKey', { others: [], read: () => new MaxKey() }],
  ]);

/** The value that an object stands for: itself, unless its first key is a type wrapper's. */
export function unwrap(doc: Doc, fail: Fail): Value {
  let wrapper;
  let key = '';
  for (const name of doc.keys()) {
    if (!name.startsWith('$')) continue;
    wrapper = WRAPPERS.get(name);
    key = name;
    if (wrapper !== undefined) break;
  }
  if (wrapper === undefined) return doc;
  for (const name of doc.keys()) {
    if (name !== key && !wrapper.others.includes(name))
      fail(`an object with '${key}' cannot have '${name}' as well`);
  }
  return wrapper.read(doc, fail);
}

function text(doc: Doc, key: string, fail: Fail): string {
  const value = doc.get(key);
  return typeof value === 'string' ? value : fail(`'${key}' takes a string`);
}

function object(doc: Doc, key: string, fields: readonly string[], fail: Fail): Doc {
  const value = doc.get(key);
  if (value instanceof Map && value.size === fields.length && fields.every((field) => value.has(field)))
    return value;
  return fail(`'${key}' takes an object with ${fields.map((field) => `'${field}'`).join(' and ')}`);
}

function readObjectId(doc: Doc, fail: Fail): ObjectId {
  const hex = text(doc, '$oid', fail);
  return /^[0-9a-fA-F]{24}$/.test(hex) ? new ObjectId(hex) : fail("'$oid' takes 24 hexadecimal digits");
}

function readInt(doc: Doc, fail: Fail): number {
  const written = text(doc, '$numberInt', fail);
  const value = Number(written);
  if (!/^-?\d+$/.test(written) || value !== (value | 0))
    fail("'$numberInt' takes a 32-bit integer in a string");
  return value + 0;
}

function readInt64(value: Value | undefined, fail: Fail): bigint {
  if (
    typeof value !== 'string' ||
    !/^-?\d+$/.test(value) ||
    BigInt.asIntN(64, BigInt(value)) !== BigInt(value)
  ) {
    return fail("'$numberLong' takes a 64-bit integer in a string");
  }
  return BigInt(value);
}

function readDouble(doc: Doc, fail: Fail): Value {
  const written = text(doc, '$numberDouble', fail);
  if (!/^(NaN|-?Infinity|[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?)$/.test(written)) {
    fail("'$numberDouble' takes a number, 'Infinity', '-Infinity' or 'NaN' in a string");
  }
  return makeDouble(Number(written));
}

function readDecimal(doc: Doc, fail: Fail): Decimal128 {
  try {
    return Decimal128.fromString(text(doc, '$numberDecimal', fail));
  } catch (error) {
    return fail(
      `'$numberDecimal' takes a decimal of up to 34 digits in a string (${(error as Error).message})`,
    );
  }
}

function readBinary(doc: Doc, fail: Fail): Binary {
  const value = doc.get('$binary');
  const legacy = typeof value === 'string';
  if (!legacy && doc.has('$type')) fail("'$binary' with '$type' takes a string");
  const parts = legacy
    ? new Map<string, Value>([
        ['base64', value],
        ['subType', doc.get('$type') ?? '00'],
      ])
    : object(doc, '$binary', ['base64', 'subType'], fail);
  const base64 = parts.get('base64');
  const subType = parts.get('subType');
  if (typeof base64 !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64))
    return fail("'$binary' takes base64");
  if (typeof subType !== 'string' || !/^[0-9a-fA-F]{1,2}$/.test(subType)) {
    return fail("the subtype of '$binary' is one or two hexadecimal digits in a string");
  }
  return new Binary(Buffer.from(base64, 'base64'), Number.parseInt(subType, 16));
}

function readUuid(doc: Doc, fail: Fail): Binary {
  const written = text(doc, '$uuid', fail);
  if (!/^[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}$/i.test(written)) {
    fail("'$uuid' takes 32 hexadecimal digits, with or without dashes");
  }
  return new Binary(Buffer.from(new UUID(written).buffer), Binary.SUBTYPE_UUID);
}

function readDate(doc: Doc, fail: Fail): Date {
  const value = doc.get('$date');
  if (typeof value === 'string') {
    const date = /^\d{4}-\d\d-\d\dT/.test(value)
      ? new Date(value.replace(/([+-]\d\d)(\d\d)?$/, (_, h, m) => `${h}:${m ?? '00'}`))
      : null;
    if (date === null || Number.isNaN(date.getTime())) return fail("'$date' takes an ISO-8601 date and time");
    return date;
  }
  const milliseconds = integer(value);
  if (milliseconds === undefined)
    return fail("'$date' takes an ISO-8601 string or milliseconds as a '$numberLong'");
  return makeDate(Number(BigInt.asUintN(32, milliseconds)), Number(milliseconds >> 32n));
}

/** The value of an int32 or int64; undefined for anything else. */
function integer(value: Value | undefined): bigint | undefined {
  const kind = numericKind(value);
  return kind === 'int' || kind === 'long' ? toBigInt(value as NumberValue) : undefined;
}

function readTimestamp(doc: Doc, fail: Fail): Timestamp {
  const parts = object(doc, '$timestamp', ['t', 'i'], fail);
  const [t, i] = ['t', 'i'].map((part) => {
    const number = Number(integer(parts.get(part)) ?? Number.NaN);
    return number === number >>> 0 ? number : fail(`'${part}' of '$timestamp' is an unsigned 32-bit integer`);
  });
  return new Timestamp({ t: t!, i: i! });
}

function readRegExp(doc: Doc, fail: Fail): BSONRegExp {
  const parts = object(doc, '$regularExpression', ['pattern', 'options'], fail);
  const pattern = text(parts, 'pattern', fail);
  const options = text(parts, 'options', fail);
  if (pattern.includes('\0') || options.includes('\0')) fail('a regular expression cannot hold a zero byte');
  const regExp = new BSONRegExp(pattern);
  // Not by the constructor, which sorts them and refuses some that mongod stores.
  regExp.options = options;
  return regExp;
}

function readCode(doc: Doc, fail: Fail): Code {
  const code = text(doc, '$code', fail);
  const scope = doc.get('$scope');
  if (scope === undefined) return new Code(code);
  return scope instanceof Map ? new Code(code, scope) : fail("'$scope' takes an object");
}

function readDBPointer(doc: Doc, fail: Fail): DBPointer {
  const parts = object(doc, '$dbPointer', ['$ref', '$id'], fail);
  const id = parts.get('$id');
  return id instanceof ObjectId
    ? new DBPointer(text(parts, '$ref', fail), id)
    : fail("'$id' of '$dbPointer' is an '$oid'");
}

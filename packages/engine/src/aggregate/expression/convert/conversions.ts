import {
  Decimal128,
  ObjectId,
  Timestamp,
  bsonTypeName,
  dateMilliseconds,
  makeDouble,
  makeLong,
  toBigInt,
  toDecimal128,
  toNumber,
  type NumberValue,
  type Value,
} from '@argon/bson';
import { dateOf } from '../date/date-value';
import { dateToText } from '../date/iso-date';
import { parseDateText } from '../date/parse';
import { UTC } from '../date/time-zone';
import { formatDouble } from '../string/double-text';
import { isTrue } from '../truth';
import { ConversionFailure } from './failure';
import { parseDecimal, parseDouble, parseInteger } from './parse-number';

type Conversion = (value: Value) => Value;

const same: Conversion = (value) => value;

/** What each type can be converted to, by the names of the types. */
const CONVERSIONS: Readonly<Record<string, Readonly<Record<string, Conversion>>>> = {
  double: {
    double: same,
    int: (value) => toInt(value as NumberValue),
    long: (value) => toLong(value as NumberValue),
    decimal: (value) => toDecimal128(value as NumberValue),
    date: (value) => dateOf(integerPart(value as NumberValue, 64)),
    string: (value) => doubleText(toNumber(value as NumberValue)),
  },
  int: {
    int: same,
    double: (value) => makeDouble(toNumber(value as NumberValue)),
    long: (value) => makeLong(toBigInt(value as NumberValue)),
    decimal: (value) => toDecimal128(value as NumberValue),
    string: String,
  },
  long: {
    long: same,
    double: (value) => makeDouble(toNumber(value as NumberValue)),
    int: (value) => toInt(value as NumberValue),
    decimal: (value) => toDecimal128(value as NumberValue),
    date: (value) => dateOf(toBigInt(value as NumberValue)),
    string: String,
  },
  decimal: {
    decimal: same,
    double: (value) => decimalToDouble(value as Decimal128),
    int: (value) => toInt(value as NumberValue),
    long: (value) => toLong(value as NumberValue),
    date: (value) => dateOf(integerPart(value as NumberValue, 64)),
    string: String,
  },
  bool: {
    bool: same,
    double: (value) => makeDouble(Number(value)),
    int: Number,
    long: (value) => makeLong(BigInt(value as boolean)),
    decimal: (value) => Decimal128.fromString(value === true ? '1' : '0'),
    string: String,
  },
  date: {
    date: same,
    double: (value) => makeDouble(Number(dateMilliseconds(value as Date))),
    long: (value) => makeLong(BigInt(dateMilliseconds(value as Date))),
    decimal: (value) => toDecimal128(makeLong(BigInt(dateMilliseconds(value as Date)))),
    string: (value) => dateToText(value as Date),
  },
  objectId: {
    objectId: same,
    date: (value) => (value as ObjectId).getTimestamp(),
    string: (value) => (value as ObjectId).toHexString(),
  },
  timestamp: { date: (value) => new Date(((value as Timestamp).high >>> 0) * 1000) },
  string: {
    string: same,
    double: (value) => makeDouble(parseDouble(value as string)),
    int: (value) => Number(parseInteger(value as string, 32)),
    long: (value) => makeLong(parseInteger(value as string, 64)),
    decimal: (value) => parseDecimal(value as string),
    objectId: (value) => parseObjectId(value as string),
    date: (value) => parseDateText(value as string, UTC),
  },
};

/** Converts a value that is not null to the type of this name; throws ConversionFailure. */
export function convertValue(value: Value, target: string): Value {
  if (target === 'bool') return isTrue(value);
  const conversion = CONVERSIONS[bsonTypeName(value)]?.[target];
  if (conversion !== undefined) return conversion(value);
  throw new ConversionFailure(
    `Unsupported conversion from ${bsonTypeName(value)} to ${target} in $convert with no onError value`,
  );
}

function toInt(value: NumberValue): number {
  return Number(integerPart(value, 32));
}

function toLong(value: NumberValue): Value {
  return makeLong(integerPart(value, 64));
}

/** The number without its fraction; ConversionFailure if it is none or does not fit. */
function integerPart(value: NumberValue, bits: 32 | 64): bigint {
  const number = toNumber(value);
  if (Number.isNaN(number)) {
    throw new ConversionFailure(
      'Attempt to convert NaN value to integer type in $convert with no onError value',
    );
  }
  if (value instanceof Decimal128 ? /Infinity/.test(value.toString()) : !Number.isFinite(number)) {
    throw new ConversionFailure(
      'Attempt to convert infinity value to integer type in $convert with no onError value',
    );
  }
  const integer = toBigInt(value);
  if (BigInt.asIntN(bits, integer) !== integer) throw overflow(numberText(value));
  return integer;
}

function numberText(value: NumberValue): string {
  if (value instanceof Decimal128) return value.toString();
  return bsonTypeName(value) === 'double' ? formatDouble(toNumber(value)) : '';
}

function overflow(text: string): ConversionFailure {
  return new ConversionFailure(
    `Conversion would overflow target type in $convert with no onError value: ${text}`,
  );
}

function decimalToDouble(value: Decimal128): Value {
  const number = toNumber(value);
  const text = value.toString();
  if (
    (!Number.isFinite(number) && !/inf|nan/i.test(text)) ||
    (number === 0 && /[1-9]/.test(text.split('E')[0] ?? ''))
  ) {
    throw overflow(text);
  }
  return makeDouble(number);
}

function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return formatDouble(value);
}

function parseObjectId(text: string): ObjectId {
  if (text.length !== 24) {
    throw new ConversionFailure(
      `Failed to parse objectId '${text}' in $convert with no onError value: Invalid string length for parsing to OID, expected 24 but found ${Buffer.byteLength(text)}`,
    );
  }
  const wrong = Array.from(text).find((character) => !/[0-9a-fA-F]/.test(character));
  if (wrong !== undefined) {
    throw new ConversionFailure(
      `Failed to parse objectId '${text}' in $convert with no onError value: Invalid character found in hex string: ${wrong}`,
    );
  }
  return new ObjectId(text);
}

import type {
  BSONRegExp,
  Binary,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  ObjectId,
  Timestamp,
} from 'bson';
import { BsonValueError } from '../errors';
import type { DBPointer } from '../value';
import { dateMilliseconds } from './dates';
import type { Writer } from './writer';

function writeLong(writer: Writer, type: number, name: string, value: Long | Timestamp): void {
  writer.header(type, name);
  writer.int32(value.low);
  writer.int32(value.high);
}

export function writeNumber(writer: Writer, name: string, value: number): void {
  if (value === (value | 0) && !(value === 0 && 1 / value < 0)) {
    writer.header(16, name);
    writer.int32(value);
  } else {
    writer.header(1, name);
    writer.double(value);
  }
}

export function writeDate(writer: Writer, name: string, value: Date): void {
  const milliseconds = dateMilliseconds(value);
  if (Number.isNaN(milliseconds)) throw new BsonValueError('the Date is invalid', name);
  writer.header(9, name);
  if (typeof milliseconds === 'bigint') {
    writer.int64(milliseconds);
  } else {
    const high = Math.floor(milliseconds / 4294967296);
    writer.int32(milliseconds - high * 4294967296);
    writer.int32(high);
  }
}

export function writeRegExp(writer: Writer, name: string, value: RegExp): void {
  // As js-bson maps JavaScript's flags, so that the driver and this encoder agree.
  const options = (value.ignoreCase ? 'i' : '') + (value.global ? 's' : '') + (value.multiline ? 'm' : '');
  writer.header(11, name);
  writer.cstring(withoutZero(value.source, name));
  writer.cstring(options);
}

export function writeBinary(writer: Writer, name: string, bytes: Uint8Array, subType: number): void {
  writer.header(5, name);
  const old = subType === 2;
  writer.int32(bytes.length + (old ? 4 : 0));
  writer.byte(subType);
  if (old) writer.int32(bytes.length);
  writer.raw(bytes);
}

export function withoutZero(text: string, name: string): string {
  if (text.includes('\0'))
    throw new BsonValueError('field names and regular expressions cannot hold a zero byte', name);
  return text;
}

/** js-bson's classes and ours that hold no other value. False if `tag` is none of them. */
export function writeScalar(writer: Writer, name: string, tag: string, value: object): boolean {
  switch (tag) {
    case 'ObjectId':
      writer.header(7, name);
      writer.raw((value as ObjectId).id);
      return true;
    case 'Double':
      writer.header(1, name);
      writer.double(value as Double);
      return true;
    case 'Int32':
      writer.header(16, name);
      writer.int32((value as Int32).value);
      return true;
    case 'Long':
      writeLong(writer, 18, name, value as Long);
      return true;
    case 'Timestamp':
      writeLong(writer, 17, name, value as Timestamp);
      return true;
    case 'Decimal128':
      writer.header(19, name);
      writer.raw((value as Decimal128).bytes);
      return true;
    case 'Binary':
      writeBinary(writer, name, (value as Binary).value(), (value as Binary).sub_type);
      return true;
    case 'BSONRegExp':
      writer.header(11, name);
      writer.cstring(withoutZero((value as BSONRegExp).pattern, name));
      writer.cstring(withoutZero((value as BSONRegExp).options, name));
      return true;
    case 'BSONSymbol':
      writer.header(14, name);
      writer.string((value as BSONSymbol).value);
      return true;
    case 'Code':
      writer.header(13, name);
      writer.string((value as Code).code);
      return true;
    case 'DBPointer':
      writer.header(12, name);
      writer.string((value as DBPointer).namespace);
      writer.raw((value as DBPointer).id.id);
      return true;
    case 'BsonUndefined':
      writer.header(6, name);
      return true;
    case 'MinKey':
      writer.header(255, name);
      return true;
    case 'MaxKey':
      writer.header(127, name);
      return true;
    default:
      return false;
  }
}

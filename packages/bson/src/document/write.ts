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
import { nanBits } from './nan';

const doubleIn = new Float64Array(1);
const doubleBytes = new Uint8Array(doubleIn.buffer);

/** A buffer that grows as BSON is appended to it. */
export class Writer {
  bytes: Buffer;
  position = 0;

  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafeSlow(capacity);
  }

  /** Makes room for so many more bytes. */
  reserve(count: number): void {
    const needed = this.position + count;
    if (needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(larger, 0, 0, this.position);
    this.bytes = larger;
  }

  /** Type byte and field name. */
  header(type: number, name: string): void {
    this.reserve(name.length * 3 + 32);
    this.bytes[this.position++] = type;
    this.#text(name);
    this.bytes[this.position++] = 0;
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.position++] = value;
  }

  int32(value: number): void {
    this.reserve(4);
    this.position = writeInt32(this.bytes, value, this.position);
  }

  int32At(value: number, position: number): void {
    writeInt32(this.bytes, value, position);
  }

  double(value: number | Double): void {
    const number = typeof value === 'number' ? value : value.value;
    // Not left to the processor: JavaScript does not say which of the many NaNs it writes.
    if (Number.isNaN(number)) return this.raw(nanBits(value));
    this.reserve(8);
    doubleIn[0] = number;
    for (let index = 0; index < 8; index++) this.bytes[this.position + index] = doubleBytes[index]!;
    this.position += 8;
  }

  int64(value: bigint): void {
    this.reserve(8);
    this.position = this.bytes.writeBigInt64LE(BigInt.asIntN(64, value), this.position);
  }

  /** Length, UTF-8, zero byte. */
  string(text: string): void {
    this.reserve(text.length * 3 + 5);
    const start = this.position;
    this.position += 4;
    this.#text(text);
    this.bytes[this.position++] = 0;
    writeInt32(this.bytes, this.position - start - 4, start);
  }

  /** UTF-8 and a zero byte. */
  cstring(text: string): void {
    this.reserve(text.length * 3 + 1);
    this.#text(text);
    this.bytes[this.position++] = 0;
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.position);
    this.position += bytes.length;
  }

  #text(text: string): void {
    const length = text.length;
    if (length > 24) {
      this.position += this.bytes.write(text, this.position, 'utf8');
      return;
    }
    const bytes = this.bytes;
    let position = this.position;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code > 127) {
        this.position += bytes.write(text, this.position, 'utf8');
        return;
      }
      bytes[position++] = code;
    }
    this.position = position;
  }
}

function writeInt32(bytes: Buffer, value: number, position: number): number {
  bytes[position] = value;
  bytes[position + 1] = value >>> 8;
  bytes[position + 2] = value >>> 16;
  bytes[position + 3] = value >>> 24;
  return position + 4;
}

export function writeLong(writer: Writer, type: number, name: string, value: Long | Timestamp): void {
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

import { serialize } from 'bson';
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  UUID,
} from 'bson';
import { describe, expect, it } from 'vitest';
import { BsonFormatError } from '../errors';
import { BsonUndefined, DBPointer } from '../value';
import type { Value } from '../value';
import { FarDate } from './dates';
import { decodeDocument } from './decode';
import { encodeDocument } from './encode';

/** A document of one field `v`: type byte and value bytes, in hexadecimal. */
function document(type: string, value: string): Buffer {
  const body = Buffer.from(`${type}7600${value}00`, 'hex');
  const length = Buffer.alloc(4);
  length.writeInt32LE(body.length + 4);
  return Buffer.concat([length, body]);
}

function decoded(type: string, value: string): Value {
  const bytes = document(type, value);
  const doc = decodeDocument(bytes);
  expect(Buffer.from(encodeDocument(doc)).toString('hex')).toBe(bytes.toString('hex'));
  return doc.get('v')!;
}

describe('decodeDocument', () => {
  it.each<[string, string, string, Value]>([
    ['double', '01', '000000000000f83f', 1.5],
    ['double 1.0', '01', '000000000000f03f', new Double(1)],
    ['double −0', '01', '0000000000000080', -0],
    ['double 0', '01', '0000000000000000', new Double(0)],
    ['double 2^31', '01', '000000000000e041', 2 ** 31],
    ['NaN', '01', '000000000000f87f', Number.NaN],
    ['infinity', '01', '000000000000f07f', Infinity],
    ['string', '02', '0400000061c3a900', 'aé'],
    ['string with a zero byte', '02', '0400000061006200', 'a\0b'],
    ['document', '03', '0500000000', new Map()],
    ['array', '04', '0c0000001030000100000000', [1]],
    ['binary', '05', '0200000080abcd', new Binary(Buffer.from('abcd', 'hex'), 128)],
    ['old binary', '05', '060000000202000000abcd', new Binary(Buffer.from('abcd', 'hex'), 2)],
    ['undefined', '06', '', BsonUndefined.VALUE],
    ['ObjectId', '07', '00112233445566778899aabb', new ObjectId('00112233445566778899aabb')],
    ['true', '08', '01', true],
    ['false', '08', '00', false],
    ['date', '09', 'ffffffffffffffff', new Date(-1)],
    ['far date', '09', 'ffffffffffffff7f', new FarDate(2n ** 63n - 1n)],
    ['null', '0a', '', null],
    [
      'DBPointer',
      '0c',
      '020000006200' + '00112233445566778899aabb',
      new DBPointer('b', new ObjectId('00112233445566778899aabb')),
    ],
    ['code', '0d', '020000006300', new Code('c')],
    ['symbol', '0e', '020000007300', new BSONSymbol('s')],
    ['code with scope', '0f', '0f00000002000000630005000000' + '00', new Code('c', new Map())],
    ['int32', '10', 'ffffffff', -1],
    ['timestamp', '11', '01000000ffffffff', new Timestamp({ t: 0xffff_ffff, i: 1 })],
    ['int64', '12', 'ffffffffffffffff', Long.fromInt(-1)],
    ['decimal', '13', '0a000000000000000000000000003e30', Decimal128.fromString('1.0')],
    ['MinKey', 'ff', '', new MinKey()],
    ['MaxKey', '7f', '', new MaxKey()],
  ])('reads and writes %s', (_name, type, hex, value) => {
    const result = decoded(type, hex);
    expect(result).toEqual(value);
    expect(Object.is(result, -0)).toBe(Object.is(value, -0));
  });

  it('keeps regular expression options as they are', () => {
    const value = decoded('0b', '610073697a00') as BSONRegExp;
    expect([value.pattern, value.options]).toEqual(['a', 'siz']);
  });

  it('keeps the bits of a NaN that is not the usual one', () => {
    expect(decoded('01', '010000000000f8ff')).toBeInstanceOf(Double);
  });

  it('reads what js-bson writes, and keeps field order and names', () => {
    const bytes = serialize({ b: 1, a: { uuid: new UUID() }, ['__proto__x']: 1, constructor: 2 });
    expect([...decodeDocument(bytes).keys()]).toEqual(['b', 'a', '__proto__x', 'constructor']);
    const doc = new Map<string, Value>([
      ['2', 1],
      ['1', 2],
      ['__proto__', new Map([['x', 1]])],
    ]);
    expect([...decodeDocument(encodeDocument(doc)).entries()]).toEqual([...doc.entries()]);
  });

  it('starts at an offset, ignores what follows and shares no memory', () => {
    const inner = encodeDocument({ v: new Binary(Buffer.from('abc')), d: Decimal128.fromString('1') });
    const bytes = Buffer.concat([Buffer.from('xx'), inner, Buffer.from('yy')]);
    const doc = decodeDocument(bytes, 2);
    bytes.fill(0);
    expect(Buffer.from((doc.get('v') as Binary).value()).toString()).toBe('abc');
    expect(String(doc.get('d'))).toBe('1');
  });

  it('reads a Uint8Array that is part of a larger buffer', () => {
    const bytes = encodeDocument({ a: 'text' });
    const larger = new Uint8Array(bytes.length + 8);
    larger.set(bytes, 3);
    expect(decodeDocument(larger.subarray(3, 3 + bytes.length)).get('a')).toBe('text');
  });

  it.each([
    ['nothing', ''],
    ['too short', '04000000'],
    ['longer than its bytes', '0600000000'],
    ['no closing zero', '0500000001'],
    ['unknown type', '0800000014760000'],
    ['string length 0', '0c0000000276000000000000'],
    ['string length negative', '0c000000027600ffffffff0000'],
    ['string too long', '0d0000000276000300000061' + '00'],
    ['embedded document too long', '0d00000003760006000000' + '0000'],
    ['name without end', '07000000107676'],
    ['int32 cut off', '0a00000010760001' + '0000'],
    ['two lengths of old binary differ', '12000000057600' + '050000000200000000' + 'ab00'],
  ])('refuses damaged bytes: %s', (_name, hex) => {
    expect(() => decodeDocument(Buffer.from(hex, 'hex'))).toThrow(BsonFormatError);
  });

  it('refuses documents nested too deep instead of overflowing the stack', () => {
    let bytes: Buffer = Buffer.from('0500000000', 'hex');
    for (let level = 0; level < 1100; level++) bytes = document('03', bytes.toString('hex'));
    expect(() => decodeDocument(bytes)).toThrow(/nested/);
  });
});

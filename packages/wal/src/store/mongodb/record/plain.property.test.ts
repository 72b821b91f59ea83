import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  BsonUndefined,
  Code,
  DBPointer,
  Decimal128,
  decodeDocument,
  Double,
  encodeDocument,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  type Value,
} from '@argon/bson';
import fc from 'fast-check';
import { BSON } from 'mongodb';
import { expect, it } from 'vitest';
import { isPlain } from './plain';

const leaf: fc.Arbitrary<Value> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.integer(),
  fc.integer().map((value) => new Double(value)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => Long.fromBigInt(value)),
  fc.boolean(),
  fc.constant(null),
  fc.date({ noInvalidDate: true }),
  fc.constantFrom<Value[]>(
    new ObjectId(),
    Decimal128.fromString('1.50'),
    new Timestamp({ t: 0, i: 0 }),
    new Binary(Buffer.from('abc')),
    new Binary(Buffer.from('abc'), 2),
    new Binary(Buffer.alloc(16), 4),
    new BSONRegExp('^a', 'im'),
    new Code('f()'),
    new Code('f()', { a: 1 }),
    new BSONSymbol('s'),
    new MinKey(),
    new MaxKey(),
    BsonUndefined.VALUE,
    new DBPointer('a.b', new ObjectId()),
  ),
);
const name = fc.oneof(fc.string(), fc.constantFrom('_id', '$set', '$ref', 'a.b', '', '0', '10', '__proto__'));
const { document } = fc.letrec<{ value: Value; document: Map<string, Value> }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    tie('document'),
  ),
  document: fc
    .array(
      fc.tuple(
        name.filter((text) => !text.includes('\0')),
        tie('value'),
      ),
      { maxLength: 5 },
    )
    .map((fields) => new Map(fields)),
}));

function throughDriver(bytes: Uint8Array): Buffer {
  return Buffer.from(BSON.serialize(decodeDocument(bytes)));
}

it('what is plain comes back from the driver byte for byte', () => {
  let plain = 0;
  fc.assert(
    fc.property(document, (doc) => {
      const bytes = encodeDocument(doc);
      if (!isPlain(bytes)) return;
      plain += 1;
      expect(throughDriver(bytes).equals(bytes)).toBe(true);
    }),
    { numRuns: 500 },
  );
  expect(plain).toBeGreaterThan(100);
});

it('so do damaged bytes that are taken for plain', () => {
  fc.assert(
    fc.property(document, fc.nat(), fc.nat(255), (doc, place, byte) => {
      const bytes = Buffer.from(encodeDocument(doc));
      bytes[place % bytes.length] = byte;
      if (isPlain(bytes)) expect(throughDriver(bytes).equals(bytes)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

it('knows what drivers change', () => {
  const one = (value: Value) => isPlain(encodeDocument(new Map([['a', value]])));
  expect(one(new Double(1))).toBe(true);
  expect(one(Number.NaN)).toBe(true);
  expect(one(BsonUndefined.VALUE)).toBe(false);
  expect(one(new Binary(Buffer.from('x'), 2))).toBe(false);
  let deep: Value = 1;
  for (let level = 0; level < 170; level++) deep = new Map([['a', deep]]);
  expect(one(deep)).toBe(false);

  const twice = Buffer.from(encodeDocument({ a: 1, b: 2 }));
  twice[twice.indexOf(0x62)] = 0x61;
  expect(isPlain(twice)).toBe(false);
  const notUtf8 = Buffer.from(encodeDocument({ a: 'xy' }));
  notUtf8[notUtf8.indexOf('xy')] = 0xff;
  expect(isPlain(notUtf8)).toBe(false);
  const truthy = Buffer.from(encodeDocument({ a: true }));
  truthy[truthy.length - 2] = 7;
  expect(isPlain(truthy)).toBe(false);
  const oddNaN = Buffer.from(encodeDocument({ a: Number.NaN }));
  oddNaN[oddNaN.length - 9] = 1;
  expect(isPlain(oddNaN)).toBe(false);
});

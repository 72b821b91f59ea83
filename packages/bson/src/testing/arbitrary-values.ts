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
} from 'bson';
import fc from 'fast-check';
import { FarDate } from '../document/dates';
import { makeDouble } from '../numeric/kinds';
import { makeDecimal128 } from '../numeric/decimal';
import { BsonUndefined, DBPointer } from '../value';
import type { Doc, Value } from '../value';

/** Values of every BSON type as the decoder gives them, for property tests; close calls are frequent on purpose. */

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const nearPowers = fc
  .tuple(fc.integer({ min: 0, max: 63 }), fc.integer({ min: -2, max: 2 }), fc.boolean())
  .map(([power, delta, negative]) =>
    BigInt.asIntN(64, (negative ? -1n : 1n) * (2n ** BigInt(power) + BigInt(delta))),
  );

const doubles: fc.Arbitrary<Value> = fc
  .oneof(
    fc.double(),
    fc.constantFrom(
      0,
      -0,
      1,
      -1,
      0.1,
      0.5,
      1.5,
      2 ** 53,
      2 ** 63,
      -(2 ** 63),
      Infinity,
      -Infinity,
      Number.NaN,
      5e-324,
    ),
    fc.integer().map((value) => value / 4),
    nearPowers.map(Number),
  )
  .map(makeDouble);

const integers: fc.Arbitrary<Value> = fc.oneof(
  fc.integer(),
  fc.integer({ min: -3, max: 3 }),
  int64.map((value) => Long.fromBigInt(value)),
  nearPowers.map((value) => Long.fromBigInt(value)),
);

export const decimals: fc.Arbitrary<Decimal128> = fc.oneof(
  fc
    .constantFrom('0', '-0', '0E+10', '1', '1.0', '1.50', '-1', 'NaN', 'Infinity', '-Infinity')
    .map(Decimal128.fromString),
  fc
    .record({
      negative: fc.boolean(),
      coefficient: fc.oneof(fc.bigInt({ min: 0n, max: 10n ** 34n - 1n }), fc.bigInt({ min: 0n, max: 2000n })),
      exponent: fc.oneof(fc.integer({ min: -40, max: 10 }), fc.integer({ min: -6176, max: 6111 })),
    })
    .map((parts) => makeDecimal128({ kind: 'finite', ...parts })),
  // The exact values of doubles and int64s, or next to them.
  nearPowers.map((value) => Decimal128.fromString(`${value}`)),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map((value) => Decimal128.fromStringWithRounding(value.toPrecision(40))),
);

export const numbers: fc.Arbitrary<Value> = fc.oneof(doubles, integers, decimals);

const texts = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.string({
    unit: fc.constantFrom('a', 'b', '\0', '\x01', 'é', '\uffff', '\ue000', '😀', '𐀀'),
    maxLength: 4,
  }),
);
const cstrings = texts.map((text) => text.replaceAll('\0', '0'));
const objectIds = fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new ObjectId(bytes));
const dates = fc.oneof(
  fc.date({ noInvalidDate: true }),
  fc.integer({ min: -5, max: 5 }).map((ms) => new Date(ms)),
  fc.constantFrom(2n ** 63n - 1n, -(2n ** 63n), 2n ** 60n).map((ms) => new FarDate(ms)),
);
const half = fc.oneof(fc.integer({ min: 0, max: 2 }), fc.nat({ max: 0xffff_ffff }));
const binaries = fc
  .tuple(fc.uint8Array({ maxLength: 8 }), fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 128, 255))
  .map(([bytes, subType]) => new Binary(Buffer.from(bytes), subType));
const regExps = fc.tuple(cstrings, fc.constantFrom('', 'i', 'im', 'mi', 'z')).map(([pattern, options]) => {
  const regExp = new BSONRegExp(pattern);
  regExp.options = options;
  return regExp;
});

/** Values that hold no others. */
const scalars: fc.Arbitrary<Value> = fc.oneof(
  { arbitrary: numbers, weight: 5 },
  { arbitrary: texts, weight: 3 },
  texts.map((text) => new BSONSymbol(text)),
  fc.boolean(),
  fc.constantFrom<Value>(null, BsonUndefined.VALUE, new MinKey(), new MaxKey()),
  objectIds,
  dates,
  fc.tuple(half, half).map(([t, i]) => new Timestamp({ t, i })),
  binaries,
  regExps,
  texts.map((text) => new Code(text)),
  fc.tuple(texts, objectIds).map(([namespace, id]) => new DBPointer(namespace, id)),
);

const names = fc.oneof(
  cstrings,
  fc.constantFrom('a', 'b', '0', '1', '10', '__proto__', 'constructor', '_id', ''),
);

export const { value: values, document: documents } = fc.letrec<{ value: Value; document: Doc }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { arbitrary: scalars, weight: 6 },
    fc.array(tie('value'), { maxLength: 4 }),
    tie('document'),
    fc.tuple(texts, tie('document')).map(([code, scope]) => new Code(code, scope)),
  ),
  document: fc
    .uniqueArray(fc.tuple(names, tie('value')), { maxLength: 5, selector: ([name]) => name })
    .map((fields) => new Map(fields)),
}));

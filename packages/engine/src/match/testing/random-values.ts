import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  BsonUndefined,
  Code,
  DBPointer,
  Decimal128,
  Double,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from '@argon/bson';
import type { Doc, Value } from '@argon/bson';
import type { Random } from './random';

const ID_A = new ObjectId('507f1f77bcf86cd799439011');
const ID_B = new ObjectId('507f191e810c19729de860ea');

/** Few values, so that random filters meet them; several for every BSON type and every hard case. */
const SCALARS: readonly Value[] = [
  ...[0, 1, 2, 3, 5, -1, 7, 2147483647],
  ...[new Double(1), new Double(2), new Double(0), 1.5, -0.5, -0, NaN, Infinity, -Infinity, 1e20, 2 ** 53],
  ...['1', '2', '-3', '9007199254740993', '9223372036854775807', '-9223372036854775808'].map((text) =>
    Long.fromString(text),
  ),
  ...['1', '1.0', '1.5', '0.1', 'NaN', 'Infinity', '-Infinity', '9007199254740993', '-0', '1E+30', '2.5'].map(
    (text) => Decimal128.fromString(text),
  ),
  ...['', 'a', 'b', 'abc', 'ABC', 'foo bar', 'a\nb', 'é', '\u{1f600}', '\uffff', '1', 'c', 'x\n'],
  ...[true, false, null, null, null],
  BsonUndefined.VALUE,
  new Date(0),
  new Date(1_700_000_000_000),
  new Date(-5),
  ID_A,
  ID_B,
  new Binary(Buffer.from([1, 2, 3]), 0),
  new Binary(Buffer.from([1, 2, 4]), 0),
  new Binary(Buffer.from([1, 2, 3]), 5),
  new Binary(Buffer.from('00112233445566778899aabbccddeeff', 'hex'), 4),
  new Binary(Buffer.alloc(0), 0),
  new Binary(Buffer.from([9]), 2),
  new BSONRegExp('a', ''),
  new BSONRegExp('a', 'i'),
  new BSONRegExp('^b', ''),
  new Timestamp({ t: 1, i: 2 }),
  new Timestamp({ t: 4294967295, i: 1 }),
  new MinKey(),
  new MaxKey(),
  new Code('x'),
  new Code('x', { a: 1 }),
  new BSONSymbol('a'),
  new BSONSymbol('zz'),
  new DBPointer('db.c', ID_A),
];

export const NAMES = ['a', 'b', 'c', '0', '1', 'd'] as const;

export function randomScalar(random: Random): Value {
  // Small numbers and short strings most of the time, or hardly two values would ever meet.
  if (random.chance(0.4)) return random.pick([0, 1, 2, 3, 5, 'a', 'b', 'abc', null]);
  return random.pick(SCALARS);
}

function randomValue(random: Random, depth: number): Value {
  const kind = random.next();
  if (depth <= 0 || kind < 0.5) return randomScalar(random);
  if (kind < 0.78) return random.many(0, 4, () => randomValue(random, depth - 1));
  return randomDocument(random, depth - 1);
}

function randomDocument(random: Random, depth: number): Doc {
  const document: Doc = new Map();
  for (const name of random.many(0, 4, () => random.pick(NAMES)))
    document.set(name, randomValue(random, depth));
  return document;
}

/** Documents with an `_id` by which the two sides' answers are compared. */
export function randomCollection(random: Random, size: number): Doc[] {
  return Array.from(
    { length: size },
    (_, index) => new Map([['_id', index as Value], ...randomDocument(random, 3)]),
  );
}

/** A value that stands somewhere in the documents, or a new one. */
export function knownValue(random: Random, documents: readonly Doc[]): Value {
  if (random.chance(0.3)) return randomValue(random, 2);
  let value: Value = random.pick(documents);
  for (;;) {
    const inner: Value[] = value instanceof Map ? [...value.values()] : Array.isArray(value) ? value : [];
    if (inner.length === 0 || (!(value as Doc).has?.('_id') && random.chance(0.4))) return value;
    value = random.pick(inner);
  }
}

import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  BsonUndefined,
  Code,
  Decimal128,
  makeDouble,
  makeLong,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  type Doc,
  type Value,
} from '@argon/bson';
import type { Chance } from './chance';

/** Few names, so that updates meet what documents have. */
export const FIELDS = ['a', 'b', 'c', 'd', 'x', 'B', '0', '1', '10', '2a'];

const NUMBERS: readonly Value[] = [
  0,
  1,
  2,
  3,
  5,
  -1,
  -7,
  2147483647,
  -2147483648,
  makeLong(0n),
  makeLong(1n),
  makeLong(5n),
  makeLong(2n ** 31n),
  makeLong(2n ** 62n),
  makeLong(2n ** 63n - 1n),
  makeLong(-(2n ** 63n)),
  makeDouble(0),
  makeDouble(-0),
  makeDouble(1),
  makeDouble(5),
  1.5,
  -2.5,
  0.1,
  1e20,
  9007199254740992,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Decimal128.fromString('0'),
  Decimal128.fromString('1'),
  Decimal128.fromString('1.0'),
  Decimal128.fromString('5'),
  Decimal128.fromString('-2.50'),
  Decimal128.fromString('1E+20'),
  Decimal128.fromString('NaN'),
  Decimal128.fromString('-Infinity'),
];

const OTHERS: readonly Value[] = [
  '',
  'x',
  'y',
  'xy',
  'é',
  'a long string that goes on and on '.repeat(6),
  null,
  true,
  false,
  new ObjectId('65f000000000000000000001'),
  new Date(0),
  new Date(1700000000000),
  new Timestamp({ t: 5, i: 1 }),
  new Binary(Buffer.from('abc')),
  new Binary(Buffer.alloc(16, 7), 4),
  new BSONRegExp('^x', 'i'),
  new BSONSymbol('x'),
  new Code('f()'),
  new Code('g()', { y: 1 }),
  new MinKey(),
  new MaxKey(),
  BsonUndefined.VALUE,
];

export function randomNumber(chance: Chance): Value {
  return chance.once(2) ? chance.below(10) : chance.pick(NUMBERS);
}

export function randomScalar(chance: Chance): Value {
  return chance.once(3) ? chance.pick(OTHERS) : randomNumber(chance);
}

export function randomValue(chance: Chance, depth = 2): Value {
  const kind = depth === 0 ? 0 : chance.below(6);
  if (kind < 3) return randomScalar(chance);
  return kind === 3 ? randomDocument(chance, depth - 1) : randomArray(chance, depth - 1);
}

export function randomDocument(chance: Chance, depth: number): Doc {
  const document: Doc = new Map();
  for (let i = chance.below(4); i > 0; i--) document.set(chance.pick(FIELDS), randomValue(chance, depth));
  return document;
}

/** Often of one kind, as arrays are in practice. */
export function randomArray(chance: Chance, depth: number): Value[] {
  const length = chance.below(5);
  switch (chance.below(3)) {
    case 0:
      return chance.times(length, () => chance.below(4));
    case 1:
      return chance.times(length, () => randomDocument(chance, depth));
    default:
      return chance.times(length, () => randomValue(chance, depth));
  }
}

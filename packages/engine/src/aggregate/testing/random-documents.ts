import {
  BSONRegExp,
  BsonUndefined,
  Decimal128,
  Double,
  Long,
  ObjectId,
  Timestamp,
  type Doc,
  type Value,
} from '@argon/bson';
import type { Random } from '../../match/testing/random';
import { randomScalar } from '../../match/testing/random-values';

/** What a value is for an operator: the argument generators ask for one of these. */
export type Kind =
  | 'any'
  | 'int'
  | 'number'
  | 'text'
  | 'array'
  | 'numbers'
  | 'texts'
  | 'object'
  | 'objects'
  | 'pairs'
  | 'date'
  | 'bool'
  | 'regex'
  | 'timestamp'
  | 'objectId'
  | 'null';

const INTS: readonly Value[] = [0, 1, 2, 3, 5, 7, 10, -1, -2, -7, 31, 100, 2147483647, -2147483648];
const LONGS = [
  '0',
  '1',
  '3',
  '-5',
  '2147483648',
  '9007199254740993',
  '9223372036854775807',
  '-9223372036854775808',
];
const DOUBLES: readonly Value[] = [
  ...[0, 1, 2, 4, -3].map((value) => new Double(value)),
  ...[0.1, 0.5, 1.5, 2.5, -2.5, 3.25, 1e10, 1e-7, 123456.789, -0, NaN, Infinity, -Infinity, 1e300],
];
const DECIMALS = [
  '0',
  '1',
  '1.0',
  '2.50',
  '-3.7',
  '0.1',
  '100',
  '1E+3',
  '12345.6789',
  'NaN',
  'Infinity',
  '0.00',
  '9.99E+20',
];
const TEXTS: readonly string[] = [
  ...[
    '',
    'a',
    'abc',
    'ABC',
    'Abc abc',
    'foo bar foo',
    ' x ',
    '12',
    '-7',
    '3.5',
    '1e3',
    'é',
    'aéb',
    '\u{1f600}z',
  ],
  ...[
    '$a',
    'a.b',
    '2020-01-02',
    '2021-03-04T05:06:07.089Z',
    '5f5f5f5f5f5f5f5f5f5f5f5f',
    'x,y,,z',
    'true',
    'xxyxx',
  ],
];
const DATES: readonly number[] = [
  ...[
    0, 1, -1000, 1_500_000_000_123, 1_580_474_096_789, 1_582_934_400_000, 1_615_707_000_000,
    1_636_263_000_000,
  ],
  ...[
    946_684_800_000, 951_782_400_000, -62_135_596_800_000, 253_402_300_799_999, 4_102_444_800_000,
    -2_000_000_000_000,
  ],
];
const REGEXES: readonly (readonly [string, string])[] = [
  ['a', ''],
  ['B', 'i'],
  ['(a)(b)?', ''],
  ['^f(o+)', 'm'],
  ['[aeé]', ''],
  ['', ''],
  ['x+|y', 's'],
];

/** A value of any type, nested to this depth at most. */
function randomValue(random: Random, depth: number): Value {
  const kind = random.next();
  if (depth <= 0 || kind < 0.5) return randomScalar(random);
  if (kind < 0.78) return random.many(0, 4, () => randomValue(random, depth - 1));
  const document: Doc = new Map();
  for (const name of random.many(0, 4, () => random.pick(['a', 'b', 'c', '0', '1', 'd']))) {
    document.set(name, randomValue(random, depth - 1));
  }
  return document;
}

export function randomOfKind(random: Random, kind: Kind): Value {
  switch (kind) {
    case 'int':
      return random.chance(0.8)
        ? random.pick(INTS)
        : random.pick([Long.fromString('2'), new Double(1), Decimal128.fromString('1')]);
    case 'number':
      return randomNumber(random);
    case 'text':
      return random.pick(TEXTS);
    case 'array':
      return random.many(0, 4, () => randomValue(random, 1));
    case 'numbers':
      return random.many(0, 5, () => randomNumber(random));
    case 'texts':
      return random.many(0, 4, () => random.pick(TEXTS));
    case 'object':
      return randomObject(random);
    case 'objects':
      return random.many(0, 4, () => (random.chance(0.85) ? randomObject(random) : randomScalar(random)));
    case 'pairs':
      return randomPairs(random);
    case 'date':
      return new Date(random.pick(DATES));
    case 'bool':
      return random.chance(0.5);
    case 'regex': {
      const [pattern, options] = random.pick(REGEXES);
      return random.chance(0.5) ? new BSONRegExp(pattern, options) : pattern;
    }
    case 'timestamp':
      return new Timestamp({ t: random.below(2_000_000_000), i: random.below(5) });
    case 'objectId':
      return new ObjectId('5f5f5f5f5f5f5f5f5f5f5f5f');
    case 'null':
      return random.chance(0.8) ? null : BsonUndefined.VALUE;
    case 'any':
      return randomValue(random, 2);
  }
}

function randomNumber(random: Random): Value {
  const kind = random.next();
  if (kind < 0.4) return random.pick(INTS);
  if (kind < 0.55) return Long.fromString(random.pick(LONGS));
  if (kind < 0.85) return random.pick(DOUBLES);
  return Decimal128.fromString(random.pick(DECIMALS));
}

function randomObject(random: Random): Doc {
  const object: Doc = new Map();
  for (const name of random.many(0, 3, () => random.pick(['x', 'y', 'k', 'v', 'a.b', '$c']))) {
    object.set(name, randomScalar(random));
  }
  return object;
}

function randomPairs(random: Random): Value {
  const key = (): Value => (random.chance(0.95) ? random.pick(['a', 'b', 'c']) : randomScalar(random));
  if (random.chance(0.5)) return random.many(0, 3, () => [key(), randomScalar(random)]);
  return random.many(
    0,
    3,
    () =>
      new Map([
        ['k', key()],
        ['v', randomScalar(random)],
      ]),
  );
}

/** Fields by the kind of what they usually hold; now and then they hold something else, or are missing. */
export const FIELDS: Readonly<Record<Kind, readonly string[]>> = {
  int: ['i', 'j'],
  number: ['i', 'p', 'q'],
  text: ['s', 't'],
  array: ['arr', 'nums'],
  numbers: ['nums'],
  texts: ['strs'],
  object: ['o'],
  objects: ['docs'],
  pairs: ['kv'],
  date: ['d', 'e'],
  bool: ['b'],
  regex: ['re'],
  timestamp: ['ts'],
  objectId: ['oid'],
  null: ['n', 'missing'],
  any: ['any', 'z', 'o.x', 'docs.x', 'arr.x', 'any.a'],
};

const KINDS = Object.keys(FIELDS) as Kind[];

/** A document with all fields of `FIELDS`. */
export function randomTypedDocument(random: Random, id: number): Doc {
  const document: Doc = new Map([['_id', id]]);
  for (const kind of KINDS) {
    for (const field of FIELDS[kind]) {
      if (field.includes('.') || field === 'missing' || random.chance(0.03)) continue;
      document.set(field, random.chance(0.94) ? randomOfKind(random, kind) : randomScalar(random));
    }
  }
  return document;
}

export function randomKind(random: Random): Kind {
  return random.pick(KINDS);
}

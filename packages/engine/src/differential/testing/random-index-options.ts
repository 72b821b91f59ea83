import { Decimal128, Double, Long, type Doc, type Value } from '@argon/bson';
import { randomCollation } from '../../collation/testing/collation-cases';
import type { Random } from '../../match/testing/random';
import type { RandomFilters } from '../../match/testing/random-filters';
import { randomScalar } from '../../match/testing/random-values';

const PATHS = ['a', 'b', 'c', 'a.b', 'a.c', 'b.c', 'a.0', '_id', 'd'];
const ODD_PATHS = ['', '.a', 'a.', 'a..b', '$a', 'a.$b', '$**', 'a.$**', '$**.a', '_fts', 'a.$id', '_id'];
const DIRECTIONS: readonly Value[] = [1, 1, 1, -1, -1, 2, new Double(1), Long.fromString('-1')];
const ODD_DIRECTIONS: readonly Value[] = [
  ...['hashed', '2d', 'text', '2dsphere', 'x', '', 0, NaN, -0.5, 1.5, Infinity, true, null],
  ...[new Map(), [], Decimal128.fromString('1'), Decimal128.fromString('-0'), '1'],
];

/** A plain definition, which only its documents can make impossible. */
export function plainIndexDefinition(random: Random, filters: RandomFilters, number: number): Doc {
  const key: Doc = new Map();
  for (let left = random.pick([1, 1, 2, 3]); left > 0; left--) {
    key.set(random.pick(PATHS), random.pick<Value>([1, -1]));
  }
  if (key.size === 1 && key.has('_id')) key.set('a', 1);
  const definition: Doc = new Map<string, Value>([
    ['key', key],
    ['name', `i${number}`],
    ['unique', random.chance(0.5)],
  ]);
  const option = random.pick(['sparse', 'partialFilterExpression', 'collation', 'hidden', '']);
  if (option !== '')
    definition.set(option, option === 'sparse' ? true : OPTIONS[option]![1](random, filters));
  return definition;
}

/** A definition of an index, mostly one that can be made. */
export function randomIndexDefinition(random: Random, filters: RandomFilters, number: number): Doc {
  const key: Doc = new Map();
  for (let left = random.pick([1, 1, 2, 2, 3]); left > 0; left--) {
    const path = random.chance(0.05) ? random.pick(ODD_PATHS) : random.pick(PATHS);
    key.set(path, random.chance(0.07) ? random.pick(ODD_DIRECTIONS) : random.pick(DIRECTIONS));
  }
  const definition: Doc = new Map<string, Value>([['key', random.chance(0.01) ? randomScalar(random) : key]]);
  if (!random.chance(0.02)) definition.set('name', randomName(random, number));
  for (const [name, [chance, make]] of Object.entries(OPTIONS)) {
    if (random.chance(chance))
      definition.set(name, random.chance(0.06) ? randomScalar(random) : make(random, filters));
  }
  return definition;
}

/** Few, so that names and definitions meet. */
function randomName(random: Random, number: number): Value {
  if (random.chance(0.04))
    return random.pick<Value>(['', '*', '_id_', 'a\0b', 5, null, 'i$x', 'x'.repeat(200)]);
  return random.chance(0.1) ? `i${random.below(5)}` : `i${number}`;
}

type OptionMaker = (random: Random, filters: RandomFilters) => Value;

const OPTIONS: Readonly<Record<string, readonly [chance: number, make: OptionMaker]>> = {
  unique: [0.3, (random) => random.pick<Value>([true, true, false, 1, 0])],
  sparse: [0.15, (random) => random.pick<Value>([true, true, false, 1, new Double(0)])],
  hidden: [0.05, (random) => random.chance(0.5)],
  background: [0.03, (random) => random.chance(0.5)],
  expireAfterSeconds: [
    0.06,
    (random) =>
      random.pick<Value>([
        0,
        1,
        3600,
        -1,
        2147483647,
        2 ** 31,
        1.5,
        NaN,
        Long.fromString('9223372036854775807'),
      ]),
  ],
  partialFilterExpression: [
    0.15,
    (random, filters) =>
      random.chance(0.4)
        ? filters.filter(1)
        : new Map([
            [
              random.pick(PATHS),
              new Map([
                [random.pick(['$gt', '$exists', '$eq', '$lte']), random.pick<Value>([1, true, 'a', 0])],
              ]),
            ],
          ]),
  ],
  collation: [0.08, (random) => randomCollation(random) ?? new Map()],
  wildcardProjection: [0.03, (random) => new Map([[random.pick(PATHS), random.pick([0, 1])]])],
  v: [0.04, (random) => random.pick<Value>([2, 1, 0, 3, new Double(2), 2.5, Long.fromString('2')])],
  bits: [0.02, (random) => random.pick<Value>([0, 1, 26, 32, 33, 1.5])],
  min: [0.02, (random) => random.pick<Value>([-180, 0, 200])],
  max: [0.02, (random) => random.pick<Value>([180, 0, -200])],
  weights: [0.02, (random) => new Map([[random.pick(PATHS), random.pick<Value>([1, 0, 100_000, 1.5])]])],
  default_language: [0.02, (random) => random.pick(['english', 'none', 'klingon'])],
  prepareUnique: [0.02, (random) => random.chance(0.5)],
  bogus: [0.01, () => 1],
};

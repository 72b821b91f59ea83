import { Long, type Doc, type Value } from '@argon/bson';
import { object } from '../../../aggregate/testing/expression-maker';
import {
  FIELDS,
  randomTypedDocument,
  type Kind as ValueKind,
} from '../../../aggregate/testing/random-documents';
import type { Random } from '../../../match/testing/random';
import { aggregateCommand, inClassicEngine, insertCommand } from '../commands';
import type { Case, Kind } from '../kind';

const SIMPLE = [
  ...[
    '$sum',
    '$avg',
    '$min',
    '$max',
    '$push',
    '$first',
    '$last',
    '$stdDevPop',
    '$stdDevSamp',
    '$mergeObjects',
  ],
  ...['$sum', '$avg', '$addToSet', '$count'],
];

function reference(random: Random): string {
  const kind = random.pick(Object.keys(FIELDS)) as ValueKind;
  return `$${random.pick(FIELDS[random.chance(0.5) ? 'number' : kind])}`;
}

function count(random: Random): Value {
  return random.chance(0.9)
    ? 1 + random.below(4)
    : random.pick<Value>([0, -1, 1.5, 'x', null, '$i', 2 ** 40]);
}

function sortBy(random: Random): Doc {
  return object([reference(random).slice(1), random.pick([1, -1])], ['_id', 1]);
}

function accumulator(random: Random): readonly [string, Value] {
  switch (random.below(5)) {
    case 0:
      return [
        random.pick(['$firstN', '$lastN', '$minN', '$maxN']),
        object(['n', count(random)], ['input', reference(random)]),
      ];
    case 1:
      return [
        random.pick(['$topN', '$bottomN']),
        object(['n', count(random)], ['sortBy', sortBy(random)], ['output', reference(random)]),
      ];
    case 2:
      return [
        random.pick(['$top', '$bottom']),
        object(['sortBy', sortBy(random)], ['output', reference(random)]),
      ];
    default: {
      const name = random.pick(SIMPLE);
      return [name, name === '$count' ? new Map() : reference(random)];
    }
  }
}

/**
 * Small numbers, now and then none: mongod adds and takes away as a window slides, so that numbers far apart, and
 * those that are not finite, leave something behind.
 */
function steady(random: Random): string {
  return random.pick(['$u', '$u', '$w', '$_id']);
}

const STEADY: readonly Value[] = [0, 1, 2, 5, -3, 2.5, -0.25, 0.5, Long.fromString('4'), null, 'x'];

function withSteady(random: Random, document: Doc): Doc {
  for (const name of ['u', 'w']) if (random.chance(0.98)) document.set(name, steadyValue(random));
  return document;
}

function steadyValue(random: Random): Value {
  return random.chance(0.97) ? random.pick(STEADY.slice(0, -2)) : random.pick(STEADY);
}

const SORTED = object(['$sort', object(['_id', 1])]);

/** A group in the order of the ids, so that first and last say something. `$addToSet` leaves its order open. */
function groupCase(random: Random): Case {
  const key = random.pick<() => Value>([
    () => null,
    () => reference(random),
    () => object(['$type', reference(random)]),
    () => object(['a', reference(random)], ['b', reference(random)]),
  ])();
  const [name, argument] = accumulator(random);
  const made = object(['m', object([name, argument])]);
  const ordered = name === '$addToSet' ? object(['$set', object(['m', object(['$size', '$m'])])]) : undefined;
  const group = object(['$group', new Map([['_id', key], ...made])]);
  const pipeline = [SORTED, group, ...(ordered === undefined ? [] : [ordered])];
  return { commands: [aggregateCommand('c', pipeline)], isUnordered: true };
}

const BOUNDS: readonly (readonly [string, Value])[] = [
  ['documents', ['unbounded', 'current']],
  ['documents', [-1, 1]],
  ['documents', [0, 0]],
  ['documents', ['current', 'unbounded']],
  ['documents', [1, 3]],
  ['documents', [-3, -1]],
  ['documents', ['unbounded', 'unbounded']],
  ['documents', [2, 1]],
  ['range', [-2, 1]],
  ['range', ['unbounded', 0]],
  ['range', [1, 3]],
  ['range', [-1.5, 'unbounded']],
  ['range', ['current', 'unbounded']],
];

function windowFunction(random: Random): Doc {
  const window = object(['window', object(random.pick(BOUNDS))]);
  switch (random.below(8)) {
    case 0:
      return object([random.pick(['$rank', '$denseRank', '$documentNumber']), new Map()]);
    case 1:
      return object([
        '$shift',
        object(
          ['output', reference(random)],
          ['by', random.below(7) - 3],
          ['default', random.pick<Value>([null, 'none', 1])],
        ),
      ]);
    case 2:
      return object([random.pick(['$locf', '$linearFill']), reference(random)]);
    case 3:
      return new Map([...object(['$derivative', object(['input', steady(random)])]), ...window]);
    case 4:
      return new Map([...object(['$integral', object(['input', steady(random)])]), ...window]);
    case 5:
      return object([
        '$expMovingAvg',
        object(
          ['input', reference(random)],
          random.chance(0.5) ? ['N', 1 + random.below(4)] : ['alpha', random.pick([0.1, 0.5, 0.9])],
        ),
      ]);
    case 6:
      return new Map([
        ...object([random.pick(['$covariancePop', '$covarianceSamp']), [steady(random), steady(random)]]),
        ...window,
      ]);
    default: {
      let [name, argument] = accumulator(random);
      if (name.startsWith('$stdDev')) argument = steady(random);
      if (name === '$addToSet' || name === '$mergeObjects') [name, argument] = ['$push', reference(random)];
      return random.chance(0.15)
        ? object([name, argument])
        : new Map([...object([name, argument]), ...window]);
    }
  }
}

function windowCase(random: Random): Case {
  const partition = random.chance(0.3)
    ? (['partitionBy', object(['$type', reference(random)])] as const)
    : undefined;
  const stage = object([
    '$setWindowFields',
    object(
      ...(partition === undefined ? [] : [partition]),
      ['sortBy', object(['_id', 1])],
      ['output', object(['w', windowFunction(random)])],
    ),
  ]);
  const shown = object(['$project', object(['w', 1])]);
  return { commands: [aggregateCommand('c', [stage, shown])], isUnordered: true };
}

function kindOf(name: string, share: number, next: (random: Random) => Case): Kind {
  return {
    name,
    share,
    blockSize: 200,
    block(random, size) {
      const documents = Array.from({ length: 12 }, (_, id) =>
        withSteady(random, randomTypedDocument(random, id)),
      );
      return {
        setup: [insertCommand('c', documents)],
        cases: Array.from({ length: size }, () => next(random)),
      };
    },
    forMongod: inClassicEngine,
  };
}

/** Accumulators of `$group` over values of every type. */
export const GROUPS = kindOf('groups', 5, groupCase);

/** Window functions over values of every type. */
export const WINDOWS = kindOf('windows', 5, windowCase);

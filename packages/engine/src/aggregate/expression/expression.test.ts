import { Decimal128, Double, Long } from '@argon/bson';
import { describe, expect, it } from 'vitest';
import { evaluate, valueOf } from '../testing/evaluate';

const DOCUMENT = {
  a: 1,
  n: null,
  arr: [1, 2, 3],
  o: { x: 1 },
  docs: [{ b: 1 }, { b: 2 }, 3, [{ b: 4 }], { c: 1 }],
  dup: [3, 1, 2, 1, new Double(1)],
};

const cases = (rows: readonly (readonly [unknown, unknown])[]) =>
  it.each(rows)('%j', (expression, expected) => {
    expect(evaluate(expression, DOCUMENT)).toEqual(expected === undefined ? undefined : valueOf(expected));
  });

describe('paths, variables and literals', () => {
  cases([
    ['$docs.b', [1, 2]],
    ['$arr.0', []],
    ['$o.x.y', undefined],
    [{ x: '$nothing', y: ['$nothing'] }, { y: [null] }],
    ['$$ROOT.a', 1],
    ['$$nowhere', 'code: 17276'],
    ['$$REMOVE', undefined],
    ['$a..b', 'code: 15998'],
    [{ $literal: '$a' }, '$a'],
    [{ $nonsense: 1 }, 'code: 168'],
    [{ $add: 1, x: 1 }, 'code: 15983'],
    [{ $let: { vars: { CURRENT: { b: 5 } }, in: ['$b', '$$ROOT.a'] } }, [5, 1]],
    [{ $let: { vars: { Big: 1 }, in: 1 } }, 'code: 9'],
  ]);
});

describe('hashes of values, as mongod computes them', () => {
  const hashes = (rows: readonly (readonly [unknown, string])[]) =>
    cases(rows.map(([value, hash]) => [{ $toHashedIndexKey: value }, Long.fromString(hash)]));
  hashes([
    ['$nothing', '2338878944348059895'],
    ['$n', '2338878944348059895'],
    ['$$REMOVE', '2338878944348059895'],
    [5, '4470791281878691347'],
    [{ $add: ['$a', 4] }, '4470791281878691347'],
    [[1], '2057342063119257436'],
    [[[1]], '-4334179859190550950'],
    [['$a', 2], '8312708174902235769'],
    [[], '8849948234993459283'],
    [{ a: '$a' }, '-8705610352600103477'],
    [{ $literal: [1, 2] }, '8312708174902235769'],
  ]);
});

describe('conditions and comparisons', () => {
  cases([
    [{ $cmp: ['$nothing', null] }, -1],
    [{ $min: [new Double(1), '$a'] }, 1],
    [{ $max: [{ $max: [new Double(1), '$a'] }, Long.fromNumber(1)] }, 1],
    [{ $toHashedIndexKey: '$a' }, Long.fromString('5902408780260971510')],
    [{ $eq: [1, new Double(1)] }, true],
    [{ $gt: ['a', 1] }, true],
    [{ $and: [{ $divide: ['$a', 0] }, false] }, false],
    [{ $ifNull: [null, '$n', 'x'] }, 'x'],
    [{ $switch: { branches: [{ case: '$n', then: 1 }] } }, 'code: 40066'],
    [
      {
        $switch: {
          branches: [
            { case: true, then: '$a' },
            { case: { $divide: [1, 0] }, then: 1 },
          ],
        },
      },
      1,
    ],
    [{ $cond: { if: 1, then: 2 } }, 'code: 17082'],
  ]);
});

describe('arrays and sets', () => {
  cases([
    [{ $slice: ['$arr', -2, 1] }, [2]],
    [{ $arrayElemAt: ['$arr', 5] }, undefined],
    [{ $range: [5, 0, -2] }, [5, 3, 1]],
    [{ $range: [0, 1e8] }, 'code: 146'],
    [{ $map: { input: '$arr', in: { $multiply: ['$$this', 2] } } }, [2, 4, 6]],
    [{ $filter: { input: '$arr', as: 'q', cond: { $gt: ['$$q', 1] }, limit: 1 } }, [2]],
    [{ $reduce: { input: '$arr', initialValue: 0, in: { $add: ['$$value', '$$this'] } } }, 6],
    [
      { $zip: { inputs: ['$arr', [1]], useLongestLength: true, defaults: [0, 9] } },
      [
        [1, 1],
        [2, 9],
        [3, 9],
      ],
    ],
    [{ $sortArray: { input: '$dup', sortBy: -1 } }, [3, 2, 1, 1, new Double(1)]],
    [{ $setUnion: ['$dup', [4]] }, [1, 2, 3, 4]],
    [{ $setDifference: ['$dup', [3]] }, [1, 2]],
    [{ $setIsSubset: ['$a', [1]] }, 'code: 17310'],
    [{ $in: [1, '$a'] }, 'code: 40081'],
    [{ $maxN: { n: 2, input: '$dup' } }, [3, 2]],
    [{ $firstN: { n: 0, input: '$arr' } }, 'code: 5787908'],
  ]);
});

describe('objects and conversions', () => {
  cases([
    [{ $setField: { field: 'a.b', input: '$o', value: 5 } }, { x: 1, 'a.b': 5 }],
    [{ $unsetField: { field: 'x', input: '$o' } }, {}],
    [{ $getField: { field: { $concat: ['a', 'b'] }, input: '$o' } }, 'code: 5654601'],
    [{ $mergeObjects: ['$o', { y: 2 }, { x: 3 }] }, { x: 3, y: 2 }],
    [{ $arrayToObject: [[['k', 1]]] }, { k: 1 }],
    [{ $toInt: '12.5' }, 'code: 241'],
    [{ $toLong: 2.9 }, Long.fromNumber(2)],
    [{ $toString: 1 / 3 }, '0.333333'],
    [{ $toDecimal: 2.5 }, Decimal128.fromString('2.50000000000000')],
    [{ $convert: { input: 'x', to: 'int', onError: 'oops' } }, 'oops'],
    [{ $convert: { input: null, to: 'int', onNull: 7 } }, 7],
    [{ $function: { body: 'x', args: [], lang: 'js' } }, 'code: 31264'],
  ]);
});

import type { Value } from '@argon/bson';
import { object, type ExpressionMaker, type OperatorCase } from './expression-maker';

/** Operators that bind variables or have arguments by name. */
export const STRUCTURE_CASES: Readonly<Record<string, OperatorCase>> = {
  $let: {
    returns: 'any',
    argument: (maker) =>
      maker.named({
        vars: [1, () => object(['v', maker.of('any')], ['w', maker.of('number')])],
        in: [
          1,
          () =>
            maker.random.chance(0.5) ? maker.over('v', 'any') : object(['$add', ['$$w', maker.of('number')]]),
        ],
      }),
  },
  $map: {
    returns: 'array',
    argument: (maker) => {
      const as = maker.random.pick<Value>(['v', 'v', 'CURRENT', 'V', 5]);
      const named = maker.random.chance(0.5);
      const variable = named && as === 'v' ? 'v' : named && as === 'CURRENT' ? 'CURRENT' : 'this';
      return maker.named({
        input: [0.99, () => maker.of(maker.random.chance(0.5) ? 'array' : 'objects')],
        as: [named ? 1 : 0, () => as],
        in: [0.99, () => maker.over(variable, 'any')],
      });
    },
  },
  $filter: {
    returns: 'array',
    argument: (maker) =>
      maker.named({
        input: [0.99, () => maker.of('array')],
        cond: [0.99, () => maker.over('this', 'any')],
        limit: [0.3, () => maker.of('int')],
      }),
  },
  $reduce: {
    returns: 'any',
    argument: (maker) =>
      maker.named({
        input: [0.99, () => maker.of('numbers')],
        initialValue: [0.99, () => maker.of('number')],
        in: [0.99, () => object([maker.random.pick(['$add', '$multiply', '$max']), ['$$value', '$$this']])],
      }),
  },
  $zip: {
    returns: 'array',
    argument: (maker) => {
      const count = 1 + maker.random.below(3);
      return maker.named({
        inputs: [0.99, () => maker.list(count, count, 'array')],
        useLongestLength: [0.5, () => maker.random.pick<Value>([true, true, false, 1])],
        defaults: [0.25, () => maker.list(count, count, 'any')],
      });
    },
  },
  $sortArray: {
    returns: 'array',
    argument: (maker) =>
      maker.named({
        input: [0.99, () => maker.of(maker.random.chance(0.5) ? 'array' : 'objects')],
        sortBy: [0.99, () => sortBy(maker)],
      }),
  },
  $switch: {
    returns: 'any',
    argument: (maker) =>
      maker.named({
        branches: [
          0.99,
          () => maker.random.many(1, 3, () => object(['case', maker.of('bool')], ['then', maker.of('any')])),
        ],
        default: [0.8, () => maker.of('any')],
      }),
  },
  $getField: {
    returns: 'any',
    argument: (maker) => {
      if (maker.random.chance(0.3)) return maker.random.pick<Value>(['i', 'o', 'zz', '$i', 5]);
      return maker.named({ field: [0.99, () => fieldName(maker)], input: [0.98, () => maker.of('object')] });
    },
  },
  $setField: {
    returns: 'object',
    argument: (maker) =>
      maker.named({
        field: [0.99, () => fieldName(maker)],
        input: [0.99, () => maker.of('object')],
        value: [0.99, () => (maker.random.chance(0.2) ? '$$REMOVE' : maker.of('any'))],
      }),
  },
  $unsetField: {
    returns: 'object',
    argument: (maker) =>
      maker.named({ field: [0.99, () => fieldName(maker)], input: [0.99, () => maker.of('object')] }),
  },
};

function fieldName(maker: ExpressionMaker): Value {
  return maker.random.pick<Value>([
    'x',
    'y',
    'a.b',
    '',
    object(['$literal', '$c']),
    object(['$const', 'k']),
    '$x',
    7,
    null,
    object(['$concat', ['a', 'b']]),
  ]);
}

function sortBy(maker: ExpressionMaker): Value {
  return maker.random.pick<Value>([
    1,
    -1,
    object(['x', 1]),
    object(['x', -1], ['y', 1]),
    object(['v', 1], ['k', -1]),
    object(['x', 2]),
    0,
    'x',
    object(),
    object(['x.y', 1]),
  ]);
}

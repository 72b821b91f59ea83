import type { Value } from '@argon/bson';
import { DATE_CASES } from './date-cases';
import { object, type ArgumentMaker, type ExpressionMaker, type OperatorCase } from './expression-maker';
import type { Kind } from './random-documents';
import { STRUCTURE_CASES } from './structure-cases';

function fixed(returns: Kind, ...kinds: readonly Kind[]): OperatorCase {
  return { returns, argument: (maker) => kinds.map((kind) => maker.of(kind)) };
}

function single(returns: Kind, kind: Kind): OperatorCase {
  // An array would be taken for a list of operands.
  return { returns, argument: (maker) => [maker.of(kind)] };
}

function many(returns: Kind, kind: Kind, least = 1, most = 4): OperatorCase {
  return { returns, argument: (maker) => maker.list(least, most, kind) };
}

function group(names: readonly string[], operator: OperatorCase): Record<string, OperatorCase> {
  return Object.fromEntries(names.map((name) => [name, operator]));
}

function optional(first: readonly Kind[], ...rest: readonly Kind[]): ArgumentMaker {
  return (maker) => {
    const count = maker.random.below(rest.length + 1);
    return [...first, ...rest.slice(0, count)].map((kind) => maker.of(kind));
  };
}

const accumulated = (maker: ExpressionMaker): Value =>
  maker.random.chance(0.5) ? maker.of('numbers') : maker.list(1, 4, 'any');

const counted: OperatorCase = {
  returns: 'array',
  argument: (maker) =>
    maker.named({ n: [0.99, () => maker.of('int')], input: [0.99, () => maker.of('array')] }),
};

const trim: OperatorCase = {
  returns: 'text',
  argument: (maker) =>
    maker.named({ input: [0.99, () => maker.of('text')], chars: [0.4, () => maker.of('text')] }),
};

const replace: OperatorCase = {
  returns: 'text',
  argument: (maker) =>
    maker.named({
      input: [0.99, () => maker.of('text')],
      find: [0.99, () => maker.random.pick<Value>(['a', 'x', 'foo', ',', '$s'])],
      replacement: [0.99, () => maker.of('text')],
    }),
};

function regex(returns: Kind): OperatorCase {
  return {
    returns,
    argument: (maker) =>
      maker.named({
        input: [0.99, () => maker.of('text')],
        regex: [0.99, () => maker.of('regex')],
        options: [0.2, () => maker.random.pick<Value>(['i', 'm', 's', 'x', '', null, 'q', 5])],
      }),
  };
}

/** Every operator whose results are the same each time. */
export const OPERATOR_CASES: Readonly<Record<string, OperatorCase>> = {
  ...group(['$abs', '$ceil', '$floor', '$exp', '$ln', '$log10', '$sqrt'], single('number', 'number')),
  ...group(
    ['$sin', '$cos', '$tan', '$asin', '$acos', '$atan', '$sinh', '$cosh', '$tanh'],
    single('number', 'number'),
  ),
  ...group(
    ['$asinh', '$acosh', '$atanh', '$degreesToRadians', '$radiansToDegrees'],
    single('number', 'number'),
  ),
  ...group(['$add', '$multiply'], many('number', 'number')),
  ...group(['$subtract', '$divide', '$mod', '$pow', '$log', '$atan2'], fixed('number', 'number', 'number')),
  ...group(['$round', '$trunc'], { returns: 'number', argument: optional(['number'], 'int') }),
  ...group(['$cmp'], fixed('int', 'any', 'any')),
  ...group(['$eq', '$ne', '$gt', '$gte', '$lt', '$lte'], fixed('bool', 'any', 'any')),
  ...group(['$and', '$or'], many('bool', 'any', 0)),
  $not: single('bool', 'any'),
  $cond: fixed('any', 'bool', 'any', 'any'),
  $ifNull: { returns: 'any', argument: (maker) => [maker.of('null'), ...maker.list(1, 2, 'any')] },
  ...group(['$sum', '$avg', '$min', '$max', '$stdDevPop', '$stdDevSamp'], {
    returns: 'number',
    argument: accumulated,
  }),
  $mergeObjects: many('object', 'object'),
  ...group(['$firstN', '$lastN', '$minN', '$maxN'], counted),
  $concat: many('text', 'text'),
  ...group(['$toUpper', '$toLower'], single('text', 'text')),
  $strcasecmp: fixed('int', 'text', 'text'),
  ...group(['$strLenBytes', '$strLenCP', '$binarySize'], single('int', 'text')),
  ...group(['$substrBytes', '$substrCP', '$substr'], fixed('text', 'text', 'int', 'int')),
  ...group(['$indexOfBytes', '$indexOfCP'], {
    returns: 'int',
    argument: optional(['text', 'text'], 'int', 'int'),
  }),
  $split: fixed('texts', 'text', 'text'),
  ...group(['$trim', '$ltrim', '$rtrim'], trim),
  ...group(['$replaceOne', '$replaceAll'], replace),
  $regexMatch: regex('bool'),
  $regexFind: regex('object'),
  $regexFindAll: regex('objects'),
  $arrayElemAt: fixed('any', 'array', 'int'),
  ...group(['$first', '$last'], single('any', 'array')),
  $in: fixed('bool', 'any', 'array'),
  $indexOfArray: { returns: 'int', argument: optional(['array', 'any'], 'int', 'int') },
  $isArray: single('bool', 'array'),
  $size: single('int', 'array'),
  $slice: { returns: 'array', argument: optional(['array', 'int'], 'int') },
  $range: {
    returns: 'numbers',
    argument: (maker) => maker.list(2, 3, 'int').map((value) => (value === 2147483647 ? 20 : value)),
  },
  $reverseArray: single('array', 'array'),
  $concatArrays: many('array', 'array'),
  ...group(['$setUnion', '$setIntersection'], many('array', 'array')),
  $setEquals: many('bool', 'array', 2, 3),
  ...group(['$setDifference'], fixed('array', 'array', 'array')),
  $setIsSubset: fixed('bool', 'array', 'array'),
  ...group(['$allElementsTrue', '$anyElementTrue'], single('bool', 'array')),
  $arrayToObject: single('object', 'pairs'),
  $objectToArray: single('pairs', 'object'),
  $bsonSize: single('int', 'object'),
  $type: single('text', 'any'),
  $isNumber: single('bool', 'number'),
  ...group(['$tsSecond', '$tsIncrement'], single('number', 'timestamp')),
  $literal: { returns: 'any', argument: (maker) => maker.literal('any') },
  ...STRUCTURE_CASES,
  ...DATE_CASES,
  ...group(['$toBool'], single('bool', 'any')),
  ...group(['$toInt', '$toLong', '$toDouble', '$toDecimal'], {
    returns: 'number',
    argument: (maker) => [maker.of(maker.random.pick<Kind>(['number', 'text', 'bool', 'date']))],
  }),
  $toString: {
    returns: 'text',
    argument: (maker) => [maker.of(maker.random.pick<Kind>(['number', 'date', 'objectId', 'bool']))],
  },
  $toDate: {
    returns: 'date',
    argument: (maker) => [
      maker.of(maker.random.pick<Kind>(['number', 'text', 'timestamp', 'objectId', 'date'])),
    ],
  },
  $toObjectId: single('objectId', 'text'),
  $convert: {
    returns: 'any',
    argument: (maker) =>
      maker.named({
        input: [0.99, () => maker.of(maker.random.pick<Kind>(['number', 'text', 'date', 'any']))],
        to: [
          0.99,
          () =>
            maker.random.pick<Value>([
              'int',
              'long',
              'double',
              'decimal',
              'string',
              'bool',
              'date',
              'objectId',
              16,
              'array',
              'foo',
              null,
              1.5,
            ]),
        ],
        onError: [0.3, () => maker.of('any')],
        onNull: [0.3, () => maker.of('any')],
      }),
  },
};

/** A use of an operator in a way that is never right, for the messages of the parser. */
export function malformed(maker: ExpressionMaker, name: string): Value {
  const argument = maker.random.pick<() => Value>([
    () => maker.literal('any'),
    () => [],
    () => maker.list(1, 6, 'any'),
    () => object(['bogus', 1]),
    () => '$missing',
    () => '$$nowhere',
    () => object(['$nonsense', 1]),
  ])();
  return object([name, argument]);
}

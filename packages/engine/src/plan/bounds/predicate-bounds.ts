import {
  BSONRegExp,
  BsonUndefined,
  canonicalType,
  isCollatable,
  isNumber,
  toNumber,
  type Collation,
  type Value,
} from '@argon/bson';
import { parseTypes } from '../../match/parse/types';
import { EVERYTHING, complement, interval, point, union, type Intervals } from './interval';
import { anyText, regexBounds } from './regex-prefix';
import { classRange, typeRange } from './type-range';

/** What keys a field has in an index if a condition holds of it. */
export interface PredicateBounds {
  /** If the condition holds of a document, at least one of its keys lies here. */
  readonly intervals: Intervals;
  /** If a key of a document lies here, the condition holds of it; so it need not be asked again. */
  readonly exact: boolean;
  /** Otherwise, whether the condition holds of a document with one key can be told from the key's value. */
  readonly keyed?: boolean;
  /** Whether the keys outside are where its opposite is to be looked for: never, or only if no array is in the way. */
  readonly negation: 'always' | 'unless multikey' | 'never';
  /** It holds of no document without the field, although null may be among the intervals. */
  readonly requiresField?: boolean;
}

/** How strings compare in an index and in a query, where not both do by their bytes. */
export interface Collations {
  readonly index: Collation | undefined;
  readonly query: Collation | undefined;
}

const NULLS: Intervals = [point(BsonUndefined.VALUE), point(null)];
const NULL_BOUNDS: PredicateBounds = { intervals: NULLS, exact: false, negation: 'unless multikey' };
const NOTHING: PredicateBounds = { intervals: [], exact: true, negation: 'always' };
const NUMBER_TYPES = [1, 16, 18, 19];
const ARRAY_TYPE = 4;
const UNDEFINED_TYPE = 6;
const NULL_TYPE = 10;
const MIN_KEY = -1;
const MAX_KEY = 127;
/** Types that are alone in their class, by number: class. */
const CLASS_OF_TYPE: ReadonlyMap<number, number> = new Map([
  [-1, -1],
  [2, 15],
  [3, 20],
  [5, 30],
  [6, 0],
  [7, 35],
  [8, 40],
  [9, 45],
  [10, 5],
  [11, 50],
  [12, 55],
  [13, 60],
  [14, 15],
  [15, 65],
  [17, 47],
  [127, 127],
  ...NUMBER_TYPES.map((type): [number, number] => [type, 10]),
]);

/**
 * The bounds of `{field: {operator: operand}}`; undefined if an index is of no use for it, as one with another collation
 * than the query's is for strings.
 */
export function predicateBounds(
  operator: string,
  operand: Value,
  collations?: Collations,
): PredicateBounds | undefined {
  const collation = collations?.index;
  if (isComparison(operator) && collation !== collations?.query && isCollatable(operand)) {
    // The list of an `$in` is an array in any case.
    if (operator !== '$in' || (operand as readonly Value[]).some(isCollatable)) return undefined;
  }
  switch (operator) {
    case '$eq':
      return equalityBounds(operand, collation);
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return rangeBounds(operator, operand, collation);
    case '$in':
      return inBounds(operand as readonly Value[], collation);
    case '$regex': {
      return patternBounds(operand as BSONRegExp, collation);
    }
    case '$exists':
      return { intervals: EVERYTHING, exact: false, negation: 'never', requiresField: true };
    case '$type':
      return typeBounds(operand, collation);
    case '$mod':
      return { intervals: [classRange(10)], exact: false, keyed: true, negation: 'never' };
    default:
      return undefined;
  }
}

/** The bounds of the opposite of a condition; undefined if an index is of no use for it. */
export function negatedBounds(
  operator: string,
  bounds: PredicateBounds,
  multikey: boolean,
): PredicateBounds | undefined {
  if (operator === '$exists') return { intervals: [point(null)], exact: false, negation: 'never' };
  if (bounds.negation === 'never' || (bounds.negation === 'unless multikey' && multikey)) return undefined;
  // With arrays, one key outside says nothing about the document's other keys.
  return { intervals: complement(bounds.intervals), exact: !multikey, negation: 'never' };
}

function isComparison(operator: string): boolean {
  return ['$eq', '$gt', '$gte', '$lt', '$lte', '$in'].includes(operator);
}

function patternBounds({ pattern, options }: BSONRegExp, collation: Collation | undefined): PredicateBounds {
  // Sort keys neither begin as the text does nor tell it.
  const found =
    collation === undefined
      ? regexBounds(pattern, options)
      : { intervals: anyText(pattern, options), exact: false };
  return { ...found, keyed: collation === undefined, negation: 'never' };
}

function equalityBounds(operand: Value, collation: Collation | undefined): PredicateBounds {
  if (operand === null) return NULL_BOUNDS;
  if (!Array.isArray(operand))
    return { intervals: [point(operand, collation)], exact: true, negation: 'always' };
  // The array itself as an item of another, or its own first item, or what stands for an empty one.
  const first = operand.length === 0 ? BsonUndefined.VALUE : operand[0]!;
  return {
    intervals: union([[point(first, collation)], [point(operand, collation)]]),
    exact: false,
    negation: 'never',
  };
}

function rangeBounds(
  operator: '$gt' | '$gte' | '$lt' | '$lte',
  operand: Value,
  collation: Collation | undefined,
): PredicateBounds | undefined {
  const inclusive = operator.length === 4;
  if (Array.isArray(operand)) return undefined;
  const type = canonicalType(operand);
  if (operand === null) return inclusive ? NULL_BOUNDS : NOTHING;
  // Arrays as a whole are beyond these too.
  if (type === MIN_KEY || type === MAX_KEY) return { intervals: EVERYTHING, exact: false, negation: 'never' };
  if (isNumber(operand) && Number.isNaN(toNumber(operand))) {
    return inclusive ? equalityBounds(operand, collation) : NOTHING;
  }
  const { low, high } = typeRange(operand);
  const { low: from, high: to } = interval(operand, inclusive, operand, inclusive, collation);
  const range = operator.startsWith('$g') ? { low: from, high } : { low, high: to };
  const isEmpty = range.low.position >= range.high.position;
  return { intervals: isEmpty ? [] : [range], exact: true, negation: 'always' };
}

function inBounds(operand: readonly Value[], collation: Collation | undefined): PredicateBounds {
  const members = operand.map((item): PredicateBounds => {
    return item instanceof BSONRegExp ? patternBounds(item, collation) : equalityBounds(item, collation);
  });
  return anyOf(members);
}

/** The bounds of several conditions on one field of which one holds. */
export function anyOf(members: readonly PredicateBounds[]): PredicateBounds {
  const negations = new Set(members.map(({ negation }) => negation));
  return {
    intervals: union(members.map(({ intervals }) => intervals)),
    exact: members.every(({ exact }) => exact),
    keyed: members.every(({ exact, keyed }) => exact || keyed === true),
    negation: negations.has('never')
      ? 'never'
      : negations.has('unless multikey')
        ? 'unless multikey'
        : 'always',
  };
}

function typeBounds(operand: Value, collation: Collation | undefined): PredicateBounds | undefined {
  const types = parseTypes(operand);
  if (types.has(ARRAY_TYPE)) return undefined;
  const ranges = [...new Set([...types].map((type) => CLASS_OF_TYPE.get(type)!))].map((kind): Intervals => [
    classRange(kind),
  ]);
  const onlyNumbers = types.size === NUMBER_TYPES.length && NUMBER_TYPES.every((type) => types.has(type));
  // What is missing lies under null.
  const keyed = collation === undefined && !types.has(NULL_TYPE) && !types.has(UNDEFINED_TYPE);
  return { intervals: union(ranges), exact: onlyNumbers, keyed, negation: 'never' };
}

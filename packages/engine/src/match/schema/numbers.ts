import { isNumber, isZero, toDecimal, toNumber } from '@argon/bson';
import type { Value } from '@argon/bson';
import { AnyComparison } from '../operators/comparison/any';
import { VERDICTS } from '../operators/comparison/verdict';
import type { ComparisonOperator } from '../operators/comparison/verdict';
import { CommandError } from '../../handler/errors';
import { failedToParse, typeMismatch } from './keyword';
import type { Keyword } from './keyword';

export const minimum: Keyword = bound('minimum', 'exclusiveMinimum', '$gte', '$gt');
export const maximum: Keyword = bound('maximum', 'exclusiveMaximum', '$lte', '$lt');
export const exclusiveMinimum: Keyword = exclusive('minimum', 'exclusiveMinimum');
export const exclusiveMaximum: Keyword = exclusive('maximum', 'exclusiveMaximum');

function bound(
  keyword: string,
  exclusiveKeyword: string,
  inclusive: ComparisonOperator,
  strict: ComparisonOperator,
): Keyword {
  return (operand, { schema }) => {
    if (!isNumber(operand)) throw typeMismatch(keyword, 'must be a number');
    const operator = schema.get(exclusiveKeyword) === true ? strict : inclusive;
    const comparison = new AnyComparison(operand, VERDICTS[operator]);
    return (value) => !isNumber(value) || comparison.decoded(value);
  };
}

/** The old, boolean form of draft 4: it only modifies the bound beside it. */
function exclusive(keyword: string, exclusiveKeyword: string): Keyword {
  return (operand, { schema }) => {
    if (!schema.has(keyword)) {
      throw failedToParse(keyword, `must be a present if ${exclusiveKeyword} is present`);
    }
    if (typeof operand !== 'boolean') throw typeMismatch(exclusiveKeyword, 'must be a boolean');
    return undefined;
  };
}

export const multipleOf: Keyword = (operand: Value, { isRoot }) => {
  if (!isNumber(operand)) throw typeMismatch('multipleOf', 'must be a number');
  if (isZero(operand) || toNumber(operand) < 0)
    throw failedToParse('multipleOf', 'must have a positive value');
  // A document is no number.
  if (isRoot) return undefined;
  const divisor = toDecimal(operand);
  if (divisor.isNaN()) throw new CommandError('BadValue', 'divisor cannot be NaN');
  if (!divisor.isFinite()) throw new CommandError('BadValue', 'divisor cannot be infinite');
  return (value) => !isNumber(value) || toDecimal(value).modulo(divisor).isZero();
};

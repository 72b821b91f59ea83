import {
  bsonTypeName,
  isNumber,
  numericKind,
  makeDouble,
  toNumber,
  type Decimal128,
  type NumberValue,
  type Value,
} from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import type { OperatorCompiler } from '../expression';
import { unary } from '../operands';
import { isNullish } from '../truth';

/** An operator of one number; null for null, 28765 for what is no number. */
export function numericUnary(compute: (operand: NumberValue, name: string) => Value): OperatorCompiler {
  return unary((operand, name) => {
    if (isNullish(operand)) return null;
    if (isNumber(operand)) return compute(operand, name);
    throw new CommandError(28765, `${name} only supports numeric types, not ${bsonTypeName(operand)}`);
  });
}

/** A function of a real number: a decimal for a decimal, else a double. */
export function realFunction(
  double: (value: number) => number,
  decimal: (value: Decimal128) => Decimal128,
  check?: (operand: NumberValue, name: string) => void,
): OperatorCompiler {
  return numericUnary((operand, name) => {
    check?.(operand, name);
    return numericKind(operand) === 'decimal'
      ? decimal(operand as Decimal128)
      : makeDouble(double(toNumber(operand)));
  });
}

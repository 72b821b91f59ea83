import { bsonTypeName, isNumber, numericKind, toBigInt } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { dateOf, millisecondsOf } from '../date/date-value';
import { variadicCommutative } from '../associative';
import { isNullish } from '../truth';
import { NumberSum } from './number-sum';
import { roundToInt64 } from './coerce';

/** `$add`: numbers, and at most one date, to which milliseconds are added. The first null makes the result null. */
export const ADD = variadicCommutative((operands, document, variables) => {
  const sum = new NumberSum();
  let date: Date | undefined;
  for (const expression of operands) {
    const operand = expression.evaluate(document, variables);
    if (isNumber(operand)) sum.add(operand);
    else if (operand instanceof Date) {
      if (date !== undefined) throw new CommandError(16612, 'only one date allowed in an $add expression');
      date = operand;
    } else if (isNullish(operand)) return null;
    else {
      throw new CommandError(16554, `$add only supports numeric or date types, not ${bsonTypeName(operand)}`);
    }
  }
  return date === undefined ? sum.result() : addToDate(date, sum);
});

function addToDate(date: Date, sum: NumberSum): Date {
  if (sum.kind === 'decimal') return dateOf(millisecondsOf(date) + roundToInt64(sum.decimal()));
  const isInteger = numericKind(sum.result()) !== 'double';
  const milliseconds = isInteger ? toBigInt(sum.result()) : sum.rounded();
  const total = milliseconds === undefined ? undefined : millisecondsOf(date) + milliseconds;
  if (total === undefined || BigInt.asIntN(64, total) !== total) {
    throw new CommandError('Overflow', 'date overflow in $add');
  }
  return dateOf(total);
}

import { compareValues, isNumber, toBigInt, toNumber, type Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { describeElement } from '../expression/describe';

/** The number of `$limit`, `$skip` and their like: a whole number of any type, not negative. */
export function wholeNumber(value: Value, stage: string, code: number): number {
  const fail = (reason: string): CommandError =>
    new CommandError(
      code,
      `invalid argument to ${stage} stage: ${reason} ${stage}: ${describeElement(value)}`,
    );
  if (!isNumber(value)) throw fail('Expected a number in:');
  const number = toNumber(value);
  if (!Number.isFinite(number) || Math.abs(number) > 2 ** 63)
    throw fail('Cannot represent as a 64-bit integer:');
  if (compareValues(value, toBigInt(value)) !== 0) throw fail('Expected an integer:');
  if (number < 0) throw fail('Expected a non-negative number in:');
  return number;
}

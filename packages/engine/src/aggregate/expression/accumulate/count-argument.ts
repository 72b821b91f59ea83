import { isNumber, type Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { coerceToInt64 } from '../arithmetic/coerce';
import { integer64 } from '../date/arithmetic';
import { describeValue } from '../describe';

/** The value of `n` in `$firstN` and the like: a positive whole number. */
export function checkCount(value: Value | undefined): number {
  // Out of range is said before not whole.
  if (isNumber(value)) coerceToInt64(value);
  const count = integer64(value);
  if (count === undefined) {
    throw new CommandError(
      isNumber(value) ? 5787903 : 5787902,
      `Value for 'n' must be of integral type, but found ${describeValue(value)}`,
    );
  }
  if (count <= 0n) throw new CommandError(5787908, `'n' must be greater than 0, found ${count}`);
  return Number(count);
}

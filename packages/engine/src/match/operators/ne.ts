import { BSONRegExp } from '@argon/bson';
import type { Collation, Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { Condition } from '../condition';
import { comparison } from './comparison/comparison';

/** `$ne`: no value at the path is equal. */
export function neCondition(operand: Value, collation: Collation | undefined): Condition {
  if (operand instanceof BSONRegExp) throw new CommandError('BadValue', "Can't have regex as arg to $ne.");
  return { kind: 'not', condition: comparison('$eq', operand, collation) };
}

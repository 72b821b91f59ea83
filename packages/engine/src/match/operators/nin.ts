import type { Collation, Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { Condition } from '../condition';
import { inCondition } from './in';

/** `$nin`: no value at the path is in the list. */
export function ninCondition(operand: Value, collation: Collation | undefined): Condition {
  if (!Array.isArray(operand)) throw new CommandError('BadValue', '$nin needs an array');
  return { kind: 'not', condition: inCondition(operand, collation) };
}

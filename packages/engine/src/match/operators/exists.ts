import type { Value } from '@argon/bson';
import type { Condition } from '../condition';
import { MISSING } from '../node';
import type { ValueTest } from '../node';
import { isTrue } from '../parse/truth';

/** `$exists`: any operand that is not false, 0, null or undefined asks for presence. */
export function existsCondition(operand: Value): Condition {
  const exists: Condition = {
    kind: 'test',
    operator: '$exists',
    operand: true,
    test: EXISTS,
    arrays: 'items',
  };
  return isTrue(operand) ? exists : { kind: 'not', condition: exists };
}

const EXISTS: ValueTest = {
  decoded: (value) => value !== undefined,
  raw: (_bytes, type) => type !== MISSING,
};

import { bsonTypeNumber } from '@argon/bson';
import type { Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { Condition } from '../condition';
import { MISSING } from '../node';
import type { ValueTest } from '../node';
import { parseTypes } from '../parse/types';

/** `$type`: a name, a number, 'number', or an array of them. */
export function typeCondition(operand: Value, path: string): Condition {
  const types = parseTypes(operand);
  if (types.size === 0) throw new CommandError('FailedToParse', `${path} must match at least one type`);
  return { kind: 'test', operator: '$type', operand, test: new TypeTest(types), arrays: 'items' };
}

class TypeTest implements ValueTest {
  constructor(private readonly types: ReadonlySet<number>) {}

  decoded(value: Value | undefined): boolean {
    return value !== undefined && this.types.has(bsonTypeNumber(value));
  }

  raw(_bytes: Uint8Array, type: number): boolean {
    return type !== MISSING && this.types.has(type === 255 ? -1 : type);
  }
}

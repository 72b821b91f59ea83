import type { Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { Condition } from '../condition';
import type { ValueTest } from '../node';
import { nonNegativeInt } from '../parse/integer';
import { BSON_ARRAY } from '../walk/bytes';
import { countFields } from '../walk/count';

/** `$size`: the array at the path has exactly so many items. */
export function sizeCondition(operand: Value): Condition {
  const size = nonNegativeInt('$size', operand);
  if ('complaint' in size) throw new CommandError('BadValue', `Failed to parse $size. ${size.complaint}`);
  return { kind: 'test', operator: '$size', operand, test: new SizeTest(size.value), arrays: 'whole' };
}

class SizeTest implements ValueTest {
  constructor(private readonly size: number) {}

  decoded(value: Value | undefined): boolean {
    return Array.isArray(value) && value.length === this.size;
  }

  raw(bytes: Uint8Array, type: number, start: number): boolean {
    return type === BSON_ARRAY && countFields(bytes, start, this.size + 1) === this.size;
  }
}
